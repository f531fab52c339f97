import { stopsAtAuthority, survives } from '#harness/bench/survival-flows.ts';
import { followsNoRedirect, givesUpWaiting, keepsToTls, takesNoHugeAnswer } from '#harness/bench/transport-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { deliveryFaults } from '#simulators/hostile/delivery-faults.ts';
import { tlsOutages } from '#simulators/hostile/tls-outages.ts';
import { redirectsToCleartext, redirectsToOtherHost, statusFaults } from '#simulators/hostile/transport-faults.ts';

const control = 'the same server with its honest answer, accepted before and after';

test.describe('without retries', () => {
  // Retry-After has cases of its own: here nobody waits for it.
  test.use({ pace: { retries: 0 } });

  test(
    'A device is not enrolled by what comes under an HTTP status of the server’s failure',
    conformanceCase({
      id: 'DEV-NET-001',
      version: 1,
      requirements: ['MSG-060', 'MSG-047', 'LIF-006'],
      control,
      mutants: ['ignores-http-status'],
    }),
    async ({ bench }) =>
      survives(bench, [
        statusFaults.internalError,
        statusFaults.badGateway,
        statusFaults.unavailable,
        statusFaults.unavailableForNow,
      ]),
  );
});

test(
  'A device is not enrolled by what comes under any other HTTP status than 200, nor by nothing',
  conformanceCase({
    id: 'DEV-NET-002',
    version: 1,
    requirements: ['MSG-060', 'MSG-047'],
    control,
    mutants: ['ignores-http-status'],
  }),
  async ({ bench }) =>
    survives(bench, [
      statusFaults.forbidden,
      statusFaults.notFound,
      statusFaults.created,
      statusFaults.partial,
      statusFaults.noContent,
      statusFaults.empty,
    ]),
);

test(
  'A device takes no CA certificate that comes under another HTTP status than 200',
  conformanceCase({
    id: 'DEV-NET-003',
    version: 1,
    requirements: ['MSG-060', 'CA-010'],
    control,
    mutants: ['ignores-http-status'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [statusFaults.authorityInternalError, statusFaults.authorityNotFound]),
);

test(
  'A device that is redirected to cleartext sends no credential there',
  conformanceCase({
    id: 'DEV-NET-004',
    version: 1,
    requirements: ['MSG-061', 'MSG-062', 'SEC-001', 'MSG-060'],
    control,
    mutants: ['follows-redirects'],
  }),
  async ({ bench }) => followsNoRedirect(bench, redirectsToCleartext),
);

test(
  'A device that is redirected to another host sends no credential there',
  conformanceCase({
    id: 'DEV-NET-005',
    version: 1,
    requirements: ['MSG-061', 'MSG-062', 'MSG-060'],
    control: 'the same server under both its names, with its honest answer, accepted before and after',
    mutants: ['follows-redirects'],
  }),
  async ({ bench }) => {
    await bench.tls.bearOtherName();
    await followsNoRedirect(bench, redirectsToOtherHost);
  },
);

test(
  'A device stores nothing of an answer that broke off',
  conformanceCase({
    id: 'DEV-NET-006',
    version: 1,
    requirements: ['MSG-063', 'MSG-047', 'LIF-006'],
    control,
    mutants: ['takes-cut-answer', 'half-stored-certificate'],
  }),
  async ({ bench }) =>
    survives(bench, [
      deliveryFaults.lengthTooLong,
      deliveryFaults.cutInCertificate,
      deliveryFaults.resetInCertificate,
      deliveryFaults.lastChunkMissing,
    ]),
);

test(
  'A device does not read on after the end of an answer',
  conformanceCase({
    id: 'DEV-NET-007',
    version: 1,
    requirements: ['MSG-064', 'MSG-047'],
    control,
    mutants: ['reads-past-length'],
  }),
  async ({ bench }) => survives(bench, [deliveryFaults.lengthTooShort]),
);

test(
  'A device takes the first of two answers, and no second',
  conformanceCase({
    id: 'DEV-NET-008',
    version: 1,
    requirements: ['MSG-065', 'MSG-064'],
    control,
    mutants: ['takes-last-answer'],
  }),
  async ({ bench }) => survives(bench, [deliveryFaults.twoAnswers]),
);

test(
  'A device takes nothing of megabytes for an answer, and does not read it all',
  conformanceCase({
    id: 'DEV-NET-009',
    version: 1,
    requirements: ['MSG-066', 'MSG-067', 'MSG-024'],
    control,
    mutants: ['unbounded-body'],
  }),
  async ({ bench }) => takesNoHugeAnswer(bench, [deliveryFaults.huge, deliveryFaults.hugeAuthority]),
);

test.describe('a short patience', () => {
  test.use({ pace: { timeoutSeconds: 1, retries: 0 } });

  test(
    'A device gives up an answer that does not end',
    conformanceCase({
      id: 'DEV-NET-010',
      version: 1,
      requirements: ['MSG-068', 'MSG-024'],
      control,
      mutants: ['no-time-out'],
    }),
    async ({ bench }) => givesUpWaiting(bench, [deliveryFaults.trickle]),
  );
});

test(
  'A device that finds no TLS sends nothing in its place',
  conformanceCase({
    id: 'DEV-NET-011',
    version: 1,
    requirements: ['SEC-001', 'REQ-002', 'ID-013', 'ID-015'],
    control: 'the same server with TLS, accepted before and after',
    mutants: ['falls-back-to-cleartext'],
  }),
  async ({ bench }) => keepsToTls(bench, [tlsOutages.cleartext, tlsOutages.closes]),
);
