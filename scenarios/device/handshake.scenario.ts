import { refusesHandshake } from '#harness/bench/handshake-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { rawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';

const control = 'the same TLS by hand without the fault, accepted before and after';

test(
  'A device refuses a server that shows the right certificate without its key (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-001',
    version: 2,
    requirements: ['ID-012', 'ID-013'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('stranger-signs-13')),
);

test(
  'A device refuses a server that shows the right certificate without its key (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-002',
    version: 2,
    requirements: ['ID-012', 'ID-013'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('stranger-signs-12')),
);

test(
  'A device refuses a server whose key signed another handshake (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-003',
    version: 2,
    requirements: ['ID-050'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('signs-other-data-13')),
);

test(
  'A device refuses a server whose key signed another handshake (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-004',
    version: 2,
    requirements: ['ID-050'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('signs-other-data-12')),
);

test(
  'A device refuses a server that leaves out its CertificateVerify',
  conformanceCase({
    id: 'DEV-HSK-005',
    version: 2,
    requirements: ['ID-050', 'ID-012'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('no-certificate-verify-13')),
);

test(
  'A device refuses a server whose CertificateVerify has no content',
  conformanceCase({
    id: 'DEV-HSK-006',
    version: 2,
    requirements: ['ID-050', 'ID-012'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('empty-certificate-verify-13')),
);

test(
  'A device refuses an empty signature over the handshake (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-007',
    version: 2,
    requirements: ['ID-050', 'ID-012'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('empty-signature-13')),
);

test(
  'A device refuses an empty signature over the handshake (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-008',
    version: 2,
    requirements: ['ID-050', 'ID-012'],
    control,
    mutants: ['no-certificate-verify-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('empty-signature-12')),
);

test(
  'A device refuses a server whose Certificate message is empty (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-009',
    version: 2,
    requirements: ['ID-051'],
    control,
    mutants: ['accepts-empty-certificate'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('empty-certificate-13')),
);

test(
  'A device refuses a server whose Certificate message is empty (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-010',
    version: 2,
    requirements: ['ID-051'],
    control,
    mutants: ['accepts-empty-certificate'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('empty-certificate-12')),
);

test(
  'A device refuses a server that leaves out its Certificate message (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-011',
    version: 2,
    requirements: ['ID-051'],
    control,
    mutants: ['accepts-empty-certificate'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('no-certificate-13')),
);

test(
  'A device refuses a server that leaves out its Certificate message (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-012',
    version: 2,
    requirements: ['ID-051'],
    control,
    mutants: ['accepts-empty-certificate'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('no-certificate-12')),
);

test(
  'A device refuses a server whose Finished is wrong (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-013',
    version: 2,
    requirements: ['ID-052'],
    control,
    mutants: ['no-finished-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('wrong-finished-13')),
);

test(
  'A device refuses a server whose Finished is wrong (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-014',
    version: 2,
    requirements: ['ID-052'],
    control,
    mutants: ['no-finished-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('wrong-finished-12')),
);
