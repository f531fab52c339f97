import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { type ForgeContext, forgeServerIdentity, type PkiFault, pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { Recorder } from './recorder.ts';
import { recordChain } from './shown-chain.ts';

let context: ForgeContext;
let anchorPem: string;

before(async () => {
  const profile = profiles.modern;
  const { root } = await createThirdPartyCa({ profile: 'modern' });
  const { root: clearinghouse } = await createThirdPartyCa({ profile: 'modern', name: 'Clearinghouse CA' });
  anchorPem = toPem('CERTIFICATE', root.certificate.der);
  context = {
    thirdParty: root,
    clearinghouse,
    host: 'ch.clearinghouse.localhost',
    profile,
    now: new Date(),
    listUrl: 'http://ch.clearinghouse.localhost/list.crl',
    // As at a bench: a fault and its control are of one key.
    key: await generateKeyPair(profile.deviceKey),
  };
});

/** The marked fields of each certificate that is kept of the chain, by its title. */
async function marksOf(fault: PkiFault): Promise<Record<string, string[]>> {
  const here = fault.id.includes('address') ? { ...context, host: '127.0.0.1' } : context;
  const recorder = new Recorder();
  const good = await forgeServerIdentity(fault.control ?? pkiFaults.none, here);
  recordChain(recorder, fault, { anchorPem, ...(await forgeServerIdentity(fault, here)) }, { anchorPem, ...good });
  const marked = recorder.evidence().certificates.flatMap(({ title, fault: mark }) => (mark ? [{ title, mark }] : []));
  return Object.fromEntries(marked.map(({ title, mark }) => [title, mark.fields.map(({ name }) => name)]));
}

for (const fault of Object.values(pkiFaults) as PkiFault[]) {
  if (fault.good) continue;
  test(`of a chain with the fault “${fault.id}” the evidence marks where it is`, async () => {
    const marks = await marksOf(fault);
    assert.ok(Object.keys(marks).length > 0, 'no field is marked');
    const wanted = expected[fault.id];
    if (wanted) assert.deepEqual(marks, wanted);
  });
}

/** Where one field bears the fault, that one is marked and no other. */
const expected: Readonly<Record<string, Record<string, string[]>>> = {
  'other-host': { 'Server certificate (other-host)': ['subject', 'subject alternative names'] },
  expired: { 'Server certificate (expired)': ['not before', 'not after'] },
  'forged-signature': { 'Server certificate (forged-signature)': ['signature verifies'] },
  'flipped-bit': { 'Server certificate (flipped-bit)': ['signature verifies'] },
  'impostor-ca': { 'Server certificate (impostor-ca)': ['signature verifies'] },
  'negative-serial': { 'Server certificate (negative-serial)': ['serial number'] },
  'unknown-critical-extension': {
    'Server certificate (unknown-critical-extension)': ['extensions', 'critical extensions'],
  },
  'expired-intermediate': { 'Sent with it (expired-intermediate), 1': ['not before', 'not after'] },
  'expired-anchor': { 'Trust anchor (expired-anchor)': ['not before', 'not after'] },
  'missing-intermediate': { 'Server certificate (missing-intermediate)': ['signature verifies'] },
  'address-as-dns-name': { 'Server certificate (address-as-dns-name)': ['subject alternative names'] },
  'rsa-1024': { 'Server certificate (rsa-1024)': ['signature'], 'Sent with it (rsa-1024), 1': ['key'] },
  'inner-outer-differ': { 'Server certificate (inner-outer-differ)': ['signature inside'] },
};

test('a chain without a fault has no mark', async () => {
  for (const id of ['none', 'intermediate', 'surplus-names'] as const) {
    const recorder = new Recorder();
    recordChain(recorder, pkiFaults[id], { anchorPem, ...(await forgeServerIdentity(pkiFaults[id], context)) });
    const { certificates } = recorder.evidence();
    assert.ok(certificates.length > 0);
    assert.ok(certificates.every(({ fault }) => fault === undefined));
  }
});
