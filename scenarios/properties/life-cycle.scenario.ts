import fc from 'fast-check';
import { emptyModel, lifeCycleCommands } from '#harness/bench/life-cycle-model.ts';
import { demand, requireProperty } from '#harness/bench/property.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

test(
  'In any order of requests, retrieves, approvals and rejections, what a server answers follows from what was done before',
  conformanceCase({
    id: 'PROP-004',
    version: 1,
    requirements: ['LIF-007', 'LIF-008', 'REQ-011', 'RET-005', 'ADM-006', 'ADM-007'],
    control: 'the model: every step that the rules allow is answered as it says',
    mutants: ['issues-twice', 'issues-unapproved', 'rejection-ignored', 'pending-forever'],
  }),
  async ({ bench, details }) => {
    const identities = [bench.makeIdentity(0), bench.makeIdentity(1)];
    const needs = { approval: 'manual' as const, devices: identities.map((identity) => ({ identity })) };
    await bench.deploy(needs);
    const property = fc.asyncProperty(
      fc.commands(lifeCycleCommands(identities.length), { maxCommands: 24, size: 'max' }),
      async (commands) => {
        await bench.deploy(needs);
        const model = emptyModel(identities.length);
        await fc.asyncModelRun(() => ({ model, real: bench }), commands);
        demand(model.serials.size === model.issued, 'a serial number was used twice');
      },
    );
    await requireProperty(bench, 'the answers follow the model of the life cycle', property, 30, details.id);
  },
);
