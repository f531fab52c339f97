import { offersWell, refusesHandshake } from '#harness/bench/handshake-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { rawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';

const control = 'the same TLS by hand without the fault, accepted before and after';

test(
  'A device refuses an anonymous cipher',
  conformanceCase({
    id: 'DEV-HSK-015',
    version: 2,
    requirements: ['ID-053', 'ID-051'],
    control,
    mutants: ['accepts-anonymous-cipher'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('anonymous-cipher-12')),
);

test(
  'A device refuses a cipher that encrypts nothing',
  conformanceCase({
    id: 'DEV-HSK-016',
    version: 2,
    requirements: ['ID-053'],
    control,
    mutants: ['accepts-unoffered-cipher'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('null-cipher-12')),
);

test(
  'A device refuses a cipher that it did not offer (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-017',
    version: 2,
    requirements: ['ID-054'],
    control,
    mutants: ['accepts-unoffered-cipher'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('cipher-not-offered-13')),
);

test(
  'A device refuses a cipher that it did not offer (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-018',
    version: 2,
    requirements: ['ID-054'],
    control,
    mutants: ['accepts-unoffered-cipher'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('cipher-not-offered-12')),
);

test(
  'A device refuses TLS 1.1 where its profile begins with 1.2',
  conformanceCase({
    id: 'DEV-HSK-019',
    version: 2,
    requirements: ['ID-017'],
    control,
    mutants: ['accepts-old-tls', 'offers-old-tls'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('answers-tls11-12')),
);

test(
  'A device refuses TLS 1.0 where its profile begins with 1.2',
  conformanceCase({
    id: 'DEV-HSK-020',
    version: 2,
    requirements: ['ID-017'],
    control,
    mutants: ['accepts-old-tls', 'offers-old-tls'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('answers-tls10-12')),
);

test(
  'A device refuses SSL 3.0',
  conformanceCase({
    id: 'DEV-HSK-021',
    version: 2,
    requirements: ['ID-017'],
    control,
    mutants: ['accepts-old-tls'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('answers-ssl3-12')),
);

test(
  'A device sees that TLS 1.3 was taken out of its offer',
  conformanceCase({
    id: 'DEV-HSK-022',
    version: 2,
    requirements: ['ID-055'],
    control,
    mutants: ['no-downgrade-check'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('downgrade-sentinel-12')),
);

test(
  'A device offers no cipher without authentication or without encryption',
  conformanceCase({
    id: 'DEV-HSK-023',
    version: 2,
    requirements: ['ID-053'],
    control: 'the enrollment itself, through TLS by hand',
    mutants: ['offers-anonymous-ciphers'],
  }),
  async ({ bench }) => offersWell(bench, 'ciphers'),
);

test(
  'A device offers no TLS version below its profile',
  conformanceCase({
    id: 'DEV-HSK-024',
    version: 2,
    requirements: ['ID-017'],
    control: 'the enrollment itself, through TLS by hand',
    mutants: ['offers-old-tls'],
  }),
  async ({ bench }) => offersWell(bench, 'versions'),
);
