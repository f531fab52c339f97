import { turnsDown } from '#harness/bench/server-tls-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { tlsOffers } from '#simulators/hostile/tls-offers.ts';

const control = 'a ClientHello of TLS 1.2 with ciphers that authenticate and hide, agreed to before and after';

test(
  'A server agrees to no cipher in which it would show no certificate',
  conformanceCase({ id: 'SRV-TLS-001', version: 1, requirements: ['ID-090'], control, mutants: ['anonymous-tls'] }),
  async ({ bench }) => turnsDown(bench, [tlsOffers.anonymous]),
);

test(
  'A server agrees to no cipher that hides nothing, or hides with RC4, DES or an export key',
  conformanceCase({ id: 'SRV-TLS-002', version: 1, requirements: ['ID-090'], control, mutants: ['open-tls'] }),
  async ({ bench }) => turnsDown(bench, [tlsOffers['no-encryption'], tlsOffers.export]),
);

test(
  'A server agrees to no TLS version below that of its profile',
  conformanceCase({ id: 'SRV-TLS-003', version: 1, requirements: ['ID-091'], control, mutants: ['old-tls'] }),
  async ({ bench }) => {
    const old = [tlsOffers['tls-1.0'], tlsOffers['tls-1.1']];
    await turnsDown(bench, [tlsOffers['ssl-3'], ...(bench.profile === profiles.legacy ? [] : old)]);
  },
);
