import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtInPlan } from './plan.ts';
import { scenarioFilesOf } from './scenario-files.ts';

const root = join(import.meta.dirname, '..', '..');
const plan = builtInPlan(1);
const filesOf = (...cases: string[]) => scenarioFilesOf({ ...plan, cases }, root);

test('of a few cases, only the files that declare them are loaded', () => {
  assert.deepEqual(filesOf('SRV-CRD-001', 'DEV-ENR-001', 'DEV-SEC-001'), [
    'device/enrollment.scenario.ts',
    'server/refusals.scenario.ts',
  ]);
});

test('of all cases, all of the roles of the plan', () => {
  const { server: _none, ...deviceAlone } = plan;
  const every = scenarioFilesOf(plan, root);
  assert.ok(every.length > 50);
  assert.deepEqual(
    scenarioFilesOf(deviceAlone, root),
    every.filter((file) => file.startsWith('device/')),
  );
});

test('when a case is asked for that there is not, all, so that the run can say what there is', () => {
  const every = scenarioFilesOf(plan, root);
  assert.deepEqual(filesOf('DEV-ENR-001', 'nonsense'), every);
  // The beginning of an id, and one of the other role.
  assert.deepEqual(filesOf('DEV-ENR'), every);
  const { device: _none, ...serverAlone } = plan;
  assert.deepEqual(
    scenarioFilesOf({ ...serverAlone, cases: ['DEV-ENR-001'] }, root),
    every.filter((file) => !file.startsWith('device/')),
  );
});
