import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSigned } from '#protocol/pki/authority.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { bytesOf, childrenOf, encodeDer, readDer, tags } from '#protocol/pki/der.ts';
import { signatureFailure } from './certificate-facts.ts';
import { createAuthorityOf } from './scripted-clearinghouse.ts';

const authority = await createAuthorityOf('modern', 'Test CA');
const { certificate, key, signature } = authority;

/** The CA certificate once more, signed by its key, with the value of that number in its to-be-signed part changed. */
function resigned(number: number, change: (value: Uint8Array) => Uint8Array) {
  const { tbs } = certificate;
  const parts = childrenOf(tbs, readDer(tbs, 0, tbs.length, 'It'), 'It').map((part) => bytesOf(tbs, part));
  const changed = parts.map((part, at) => (at === number ? change(part) : part));
  return parseCertificate(encodeSigned(encodeDer(tags.sequence, ...changed), key, signature));
}

test('what is signed names the algorithm of the signature, its parameters included', () => {
  assert.equal(
    signatureFailure(
      resigned(2, (same) => same),
      certificate,
    ),
    undefined,
  );
  // The same object identifier, and a second one as its parameters.
  const doubled = resigned(2, (algorithm) => encodeDer(tags.sequence, algorithm.subarray(2), algorithm.subarray(2)));
  assert.equal(doubled.innerSignatureOid, doubled.signatureOid);
  assert.match(signatureFailure(doubled, certificate) ?? '', /other parameters/);
});
