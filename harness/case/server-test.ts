import { MusterError } from '#protocol/errors.ts';
import { flaws, honest } from '#reference-server/flaws.ts';
import { ServerBench } from '../bench/server-bench.ts';
import type { Plan } from '../runner/plan.ts';
import { Adapter } from '../subject/adapter.ts';
import { BuiltInServer } from '../subject/built-in-server.ts';
import type { ServerUnderTest } from '../subject/server.ts';
import { TargetServer } from '../subject/target-server.ts';
import { test as caseTest } from './case-test.ts';

const operatorTimeoutSeconds = 30;

/** A case that judges a server: `bench` is the place where it meets honest and hostile gateways. */
export const test = caseTest.extend<{ readonly bench: ServerBench }>({
  bench: async ({ plan, details, recorder, judge, mutant }, use) => {
    const server = serverUnderTest(plan, mutant);
    const bench = new ServerBench({ server, plan, caseId: details.id, recorder, judge });
    await use(bench);
    await bench.stop();
  },
});

/** @throws MusterError when the plan names no server, or a flaw that does not exist */
export function serverUnderTest(plan: Pick<Plan, 'profile' | 'server'>, mutant: string | undefined): ServerUnderTest {
  const server = mutant === undefined ? plan.server : ({ kind: 'built-in', flaw: mutant } as const);
  if (!server) throw new MusterError('settings-invalid', 'This run has no server under test.');
  if (server.kind === 'target') {
    const { operatorPath } = server;
    return new TargetServer(
      server,
      operatorPath === undefined ? undefined : new Adapter(operatorPath, operatorTimeoutSeconds),
    );
  }
  const flaw = [honest, ...flaws].find(({ id }) => id === server.flaw);
  if (!flaw) throw new MusterError('not-found', `No reference server has the flaw "${server.flaw}".`);
  return new BuiltInServer(plan.profile, flaw);
}
