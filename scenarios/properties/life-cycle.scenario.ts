import fc from 'fast-check';
import { SeenCertificates } from '#harness/bench/life-cycle/certificates.ts';
import { lifeCycleCommands } from '#harness/bench/life-cycle/commands.ts';
import { ClearinghouseModel, lifetimes } from '#harness/bench/life-cycle/model.ts';
import { requireProperty } from '#harness/bench/property.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

test(
  'In any order of what devices, administrators and the server itself may do, what is answered follows from what was done before',
  conformanceCase({
    id: 'PROP-004',
    version: 2,
    requirements: ['LIF-007', 'LIF-008', 'REQ-011', 'RET-005', 'ADM-006', 'ADM-007', 'ADM-016', 'CFG-010'],
    control: 'the model: every step that the rules allow is answered as it says',
    mutants: ['races', 'issues-twice', 'issues-unapproved', 'rejection-ignored', 'pending-forever', 'disabled-device'],
  }),
  async ({ bench, details }) => {
    const devices = [bench.makeIdentity(0), bench.makeIdentity(1)].map((identity) => ({ identity }));
    const deploy = (approval: 'auto' | 'manual') => bench.deploy({ devices, approval, controlled: lifetimes });
    const { reload, control } = await deploy('manual');
    const abilities = { configuration: reload !== undefined, control: control !== undefined };
    const commands = lifeCycleCommands(devices.length, abilities);
    const property = fc.asyncProperty(
      fc.constantFrom('manual' as const, 'manual' as const, 'auto' as const),
      fc.commands(commands, { maxCommands: 24, size: 'max' }),
      async (approval, steps) => {
        await deploy(approval);
        const real = { bench, seen: new SeenCertificates() };
        await fc.asyncModelRun(() => ({ model: new ClearinghouseModel(devices.length, approval), real }), steps);
      },
    );
    await requireProperty(bench, 'the answers follow the model of the life cycle', property, 40, details.id);
  },
);
