import {
  honoursRetryAfter,
  pollsWithinBounds,
  restsBetweenPolls,
  retrievesInTheEnd,
} from '#harness/bench/polling-flows.ts';
import { comesBackSpread } from '#harness/bench/spread-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { waitingForms } from '#simulators/hostile/waiting-forms.ts';

test.describe('the device polls by itself', () => {
  test.use({ pace: { pollIntervalSeconds: 0.05, maximumPolls: 4 } });

  test(
    'A device whose request stays pending leaves off polling, and keeps the request',
    conformanceCase({
      id: 'DEV-POL-001',
      version: 1,
      assumes: { retrieve: 'yes' },
      requirements: ['RET-009', 'RET-001'],
      control: 'the same server, which issues at once before, and the same request, retrieved at the end',
      mutants: ['polls-for-ever'],
    }),
    async ({ bench }) => pollsWithinBounds(bench),
  );

  test(
    'A device rests before each poll',
    conformanceCase({
      id: 'DEV-POL-002',
      version: 1,
      assumes: { retrieve: 'yes', polls: 'itself' },
      requirements: ['RET-009', 'RET-021'],
      control: 'the same server, which issues at once before',
      mutants: ['fast-polling'],
    }),
    async ({ bench }) => restsBetweenPolls(bench),
  );

  test(
    'A pending device does not poll before the time of Retry-After',
    conformanceCase({
      id: 'DEV-POL-003',
      version: 1,
      assumes: { retrieve: 'yes', polls: 'itself' },
      requirements: ['RET-020'],
      control: 'the same server, which issues at once before',
      mutants: ['fast-polling'],
    }),
    async ({ bench }) => honoursRetryAfter(bench, [waitingForms.pendingForNow]),
  );

  test(
    'A device that a busy server asks to wait sends nothing before the time of Retry-After',
    conformanceCase({
      id: 'DEV-POL-004',
      version: 1,
      assumes: { retrieve: 'yes', polls: 'itself' },
      requirements: ['RET-020'],
      control: 'the same server, which issues at once before',
      mutants: ['fast-polling'],
    }),
    async ({ bench }) => honoursRetryAfter(bench, [waitingForms.unavailableForNow, waitingForms.tooManyForNow]),
  );

  test(
    'A device that is told a date in Retry-After sends nothing before it',
    conformanceCase({
      id: 'DEV-POL-006',
      version: 1,
      assumes: { retrieve: 'yes', polls: 'itself' },
      requirements: ['RET-022'],
      control: 'the same server, which issues at once before',
      mutants: ['knows-no-retry-dates', 'fast-polling'],
    }),
    async ({ bench }) => honoursRetryAfter(bench, [waitingForms.pendingUntil]),
  );

  test(
    'Devices that are told to wait at one moment do not come back at one moment',
    conformanceCase({
      id: 'DEV-POL-007',
      version: 1,
      assumes: { retrieve: 'yes', polls: 'itself' },
      requirements: ['RET-023'],
      control: 'the same server, which issues at once before',
      mutants: ['returns-in-step'],
    }),
    async ({ bench }) => comesBackSpread(bench),
  );

  test(
    'A device goes on with one request until it is issued',
    conformanceCase({
      id: 'DEV-POL-005',
      version: 1,
      assumes: { retrieve: 'yes' },
      requirements: ['RET-001'],
      control: 'the same server, which issues at once before',
      mutants: ['gives-up-on-pending'],
    }),
    async ({ bench }) => retrievesInTheEnd(bench),
  );
});
