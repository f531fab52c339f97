import { asksWhereToCall, callsItsServerAlone, reportsItsCall } from '#harness/bench/device-call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';

test.use({ asksForCertificate: true });

test(
  'An enrolled device asks where a call may go: with its certificate, the called number and a call identifier',
  conformanceCase({
    id: 'DEV-CALL-001',
    version: 1,
    assumes: { calls: 'yes' },
    requirements: ['AFT-002', 'AFT-003', 'AFT-009'],
    control: 'the enrollment of the device with the same server',
    mutants: ['calls-without-identifier', 'calls-without-number', 'calls-anonymously', 'calls-at-tep'],
  }),
  async ({ bench }) => asksWhereToCall(bench),
);

test(
  'A device reports usage under the transaction and the call that it was let through for',
  conformanceCase({
    id: 'DEV-CALL-002',
    version: 1,
    assumes: { calls: 'yes' },
    requirements: ['AFT-019', 'AFT-009'],
    control: 'the enrollment of the device with the same server, and the authorization of its call',
    mutants: ['forgets-transaction'],
  }),
  async ({ bench }) => reportsItsCall(bench),
);

test(
  'A device that calls verifies the server as it did to enroll',
  conformanceCase({
    id: 'DEV-CALL-003',
    version: 1,
    assumes: { calls: 'yes' },
    requirements: ['ID-014'],
    control: 'the same call with the good server, before and after',
    mutants: ['calls-anybody'],
  }),
  async ({ bench }) => callsItsServerAlone(bench),
);
