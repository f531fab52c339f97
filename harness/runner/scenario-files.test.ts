import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInPlan } from './plan.ts';
import { areDeclared, scenarioFilesOf } from './scenario-files.ts';

const plan = builtInPlan(1);
const filesOf = (...cases: string[]) => scenarioFilesOf({ ...plan, cases });

test('of a few cases, only the files that declare them are loaded', () => {
  assert.deepEqual(filesOf('SRV-CRD-001', 'DEV-ENR-001', 'DEV-SEC-001'), [
    'device/enrollment.scenario.ts',
    'server/refusals.scenario.ts',
  ]);
});

test('of all cases, all of the roles of the plan', () => {
  const { server: _none, ...deviceAlone } = plan;
  const every = scenarioFilesOf(plan);
  assert.ok(every.length > 50);
  assert.deepEqual(
    scenarioFilesOf(deviceAlone),
    every.filter((file) => file.startsWith('device/')),
  );
});

test('when a case is asked for that there is not, all, so that the run can say what there is', () => {
  const every = scenarioFilesOf(plan);
  assert.deepEqual(filesOf('DEV-ENR-001', 'nonsense'), every);
  // The beginning of an id, and one of the other role.
  assert.deepEqual(filesOf('DEV-ENR'), every);
  const { device: _none, ...serverAlone } = plan;
  assert.deepEqual(
    scenarioFilesOf({ ...serverAlone, cases: ['DEV-ENR-001'] }),
    every.filter((file) => !file.startsWith('device/')),
  );
});

test('a case is declared where its role is judged', () => {
  assert.ok(areDeclared(plan));
  assert.ok(areDeclared({ ...plan, cases: ['DEV-ENR-001', 'SRV-ENR-001', 'PROP-001'] }));
  assert.equal(areDeclared({ ...plan, cases: ['DEV-ENR-001', 'nonsense'] }), false);
  const { device: _none, ...serverAlone } = plan;
  assert.equal(areDeclared({ ...serverAlone, cases: ['DEV-ENR-001'] }), false);
});
