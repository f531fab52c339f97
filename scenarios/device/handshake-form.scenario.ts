import { refusesHandshake } from '#harness/bench/handshake-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { rawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';

const control = 'the same TLS by hand without the fault, accepted before and after';

test(
  'A device refuses a Certificate message that is longer than it announces (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-025',
    version: 2,
    requirements: ['ID-056'],
    control,
    mutants: ['ignores-message-length'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('handshake-length-13')),
);

test(
  'A device refuses a Certificate message that is longer than it announces (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-026',
    version: 2,
    requirements: ['ID-056'],
    control,
    mutants: ['ignores-message-length'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('handshake-length-12')),
);

test(
  'A device refuses a list of certificates that is longer than it announces (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-027',
    version: 2,
    requirements: ['ID-056'],
    control,
    mutants: ['ignores-list-length'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('list-length-13')),
);

test(
  'A device refuses a list of certificates that is longer than it announces (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-028',
    version: 2,
    requirements: ['ID-056'],
    control,
    mutants: ['ignores-list-length'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('list-length-12')),
);

test(
  'A device refuses a certificate with bytes after its end',
  conformanceCase({
    id: 'DEV-HSK-029',
    version: 2,
    requirements: ['ID-057'],
    control,
    mutants: ['trims-certificates'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('trailing-bytes-12')),
);

test(
  'A device refuses a certificate that was cut short',
  conformanceCase({
    id: 'DEV-HSK-030',
    version: 2,
    requirements: ['ID-057'],
    control,
    mutants: ['skips-broken-certificates'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('truncated-certificate-12')),
);
