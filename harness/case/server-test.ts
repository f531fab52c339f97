import { ServerBench } from '../bench/server-bench.ts';
import { readPlan } from '../runner/plan.ts';
import { serverUnderTest } from '../subject/under-test.ts';
import { test as caseTest } from './case-test.ts';
import { againstMutants } from './mutants.ts';

const serverTest = caseTest.extend<{ readonly bench: ServerBench }>({
  bench: [
    async ({ run: { plan, details, recorder, judge, mutant } }, use) => {
      const server = await serverUnderTest(plan, mutant);
      const bench = new ServerBench({ server, plan, caseId: details.id, recorder, judge });
      await use(bench);
      await bench.stop();
      await server.leave?.();
    },
    { box: 'self' },
  ],
});

/** A case that judges a server: `bench` is the place where it meets honest and hostile gateways. */
export const test = againstMutants(serverTest, readPlan().mutation);
