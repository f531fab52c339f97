import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { verifyChain } from '#protocol/pki/chain.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { createThirdPartyCa } from './third-party-ca.ts';

for (const profile of ['modern', 'legacy'] as const) {
  for (const intermediate of [false, true]) {
    for (const host of ['clearinghouse.example.com', '192.0.2.7', '2001:db8::7']) {
      test(`${profile}: a certificate for ${host} chains to the root${intermediate ? ' by an intermediate' : ''}`, async () => {
        const ca = await createThirdPartyCa({ profile, intermediate });
        const { chain, chainPem } = await ca.issueServer({ host });
        assert.equal(chain.length, intermediate ? 2 : 1);
        assert.equal(fromPem(chainPem, 'CERTIFICATE').length, chain.length);
        const anchors = fromPem(ca.anchorPem, 'CERTIFICATE').map(parseCertificate);
        const judge = (name: string) =>
          verifyChain({ chain, anchors, at: new Date(), purpose: 'server', host: name, profile: ca.profile })
            .filter(({ ok }) => !ok)
            .map(({ id }) => id);
        assert.deepEqual(judge(host), []);
        assert.deepEqual(judge('other.example.com'), ['name']);
      });
    }
  }
}

test('one named change makes one fault', async () => {
  const ca = await createThirdPartyCa({ profile: 'modern' });
  const { chain } = await ca.issueServer({ host: 'a.example.com', changes: { extendedKeyUsage: ['clientAuth'] } });
  const results = verifyChain({
    chain,
    anchors: [ca.root.certificate],
    at: new Date(),
    purpose: 'server',
    host: 'a.example.com',
    profile: ca.profile,
  });
  assert.deepEqual(
    results.filter(({ ok }) => !ok).map(({ id }) => id),
    ['extended-key-usage'],
  );
});
