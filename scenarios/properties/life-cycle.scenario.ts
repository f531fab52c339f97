import fc from 'fast-check';
import { abilitiesOf } from '#harness/bench/life-cycle/abilities.ts';
import { SeenCertificates } from '#harness/bench/life-cycle/certificates.ts';
import { inWords, lifeCycleCommands } from '#harness/bench/life-cycle/commands.ts';
import { Lives } from '#harness/bench/life-cycle/lives.ts';
import { ClearinghouseModel } from '#harness/bench/life-cycle/model.ts';
import { inputsOf, requireProperty } from '#harness/bench/property.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

const devices = 2;

test(
  'In any order of what devices, administrators and the server itself may do, what is answered follows from what was done before',
  conformanceCase({
    id: 'PROP-004',
    version: 3,
    requirements: ['LIF-007', 'LIF-008', 'REQ-011', 'RET-005', 'ADM-006', 'ADM-007', 'ADM-016', 'CFG-010'],
    control: 'the model: every step that the rules allow is answered as it says',
    mutants: ['races', 'issues-twice', 'issues-unapproved', 'rejection-ignored', 'pending-forever', 'disabled-device'],
  }),
  async ({ bench, details }) => {
    const lives = await Lives.begin(bench, devices);
    const abilities = await abilitiesOf(bench);
    const played = new Map<string, number>();
    const seenBefore = new SeenCertificates();
    const property = fc.asyncProperty(
      fc.constantFrom(...lives.approvals),
      fc.commands(lifeCycleCommands(devices, abilities), { maxCommands: 24, size: 'max' }),
      async (approval, steps) => {
        await lives.next(approval);
        // A server that remembers gives no serial number twice, whoever asks.
        const real = { bench, played, seen: lives.areOfOneServer ? seenBefore : new SeenCertificates() };
        await fc.asyncModelRun(() => ({ model: new ClearinghouseModel(devices, approval), real }), steps);
      },
    );
    const inputs = inputsOf(bench, { builtIn: 40, external: 40 }, details.id);
    await requireProperty(bench, 'the answers follow the model of the life cycle', property, inputs, details.id, 30);
    bench.judge.proved(inWords(played, abilities));
  },
);
