import { verifiesDespiteSession } from '#harness/bench/certificate-flows.ts';
import { keepsToItsServer, refusesHandshake } from '#harness/bench/handshake-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { rawTlsFault, renegotiationFault } from '#simulators/hostile/raw-tls/faults.ts';

const control = 'the same TLS by hand without the fault, accepted before and after';

test(
  'A device refuses a server that claims to know it, and shows no certificate (TLS 1.3)',
  conformanceCase({
    id: 'DEV-HSK-031',
    version: 1,
    requirements: ['ID-060', 'ID-051'],
    control,
    mutants: ['accepts-claimed-session'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('claims-session-13')),
);

test(
  'A device refuses a server that claims to know it, and shows no certificate (TLS 1.2)',
  conformanceCase({
    id: 'DEV-HSK-032',
    version: 1,
    requirements: ['ID-060', 'ID-051'],
    control,
    mutants: ['accepts-claimed-session'],
  }),
  async ({ bench }) => refusesHandshake(bench, rawTlsFault('claims-session-12')),
);

test(
  'A device takes nothing from a server whose certificate changed in the middle of a connection',
  conformanceCase({
    id: 'DEV-HSK-033',
    version: 1,
    requirements: ['ID-066'],
    control,
    mutants: ['accepts-renegotiation'],
  }),
  async ({ bench }) => keepsToItsServer(bench, renegotiationFault),
);

test(
  'A device that has a session with its server verifies whoever answers next',
  conformanceCase({
    id: 'DEV-TLS-072',
    version: 1,
    requirements: ['ID-061', 'ID-014'],
    control: 'the same listener, which gives sessions, with its good certificate, accepted before and after',
    mutants: ['resumption-not-reverified'],
    // It must have had a connection before.
    fixes: { phase: 'renew' },
  }),
  async ({ bench }) => verifiesDespiteSession(bench),
);
