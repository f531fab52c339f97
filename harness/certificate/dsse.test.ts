import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { envelopeText, preAuthEncoding, signed } from './dsse.ts';
import { makeSigningKey, signingKeyTypes } from './signing-keys.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-dsse-'));
after(() => rm(scratch, { recursive: true, force: true }));

test('what is signed is the example of the DSSE protocol, byte for byte', () => {
  // protocol.md of DSSE v1.0.0, «Test Vectors»
  const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
  assert.equal(encoded.toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

/** DSSE as others read it: the envelope and the public key from files, and no line of ours. */
const verifier = `
import base64, hashlib, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
envelope = json.load(open(sys.argv[1]))
key = serialization.load_pem_public_key(open(sys.argv[2], 'rb').read())
kind, body = envelope['payloadType'].encode(), base64.b64decode(envelope['payload'], validate=True)
pae = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(body), body)
spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
keyid = hashlib.sha256(spki).hexdigest()
[signature] = [base64.b64decode(s['sig']) for s in envelope['signatures'] if s['keyid'] == keyid]
try:
    key.verify(signature, pae, *([ec.ECDSA(hashes.SHA256())] if isinstance(key, ec.EllipticCurvePublicKey) else []))
except InvalidSignature:
    sys.exit(1)
json.dump(json.loads(body), sys.stdout)
`;
const python = spawnSync('python3', ['-c', 'import cryptography']);
const pythonSkip = python.status === 0 ? false : 'python3 has no module cryptography; openssl is asked below';

/** An envelope over `payload`, and the public key, as files. */
async function filesOf(name: string, payload: string, key: { publicKey: KeyObject; privateKey: KeyObject }) {
  const paths = { envelope: join(scratch, `${name}.json`), key: join(scratch, `${name}.pem`) };
  const other = makeSigningKey('ed25519').privateKey;
  const sealed = signed(Buffer.from(payload), key.privateKey, signed(Buffer.from(payload), other).signatures);
  await writeFile(paths.envelope, envelopeText(sealed));
  await writeFile(paths.key, key.publicKey.export({ type: 'spki', format: 'pem' }));
  return { ...paths, sealed };
}

const payload = '{"_type":"https://in-toto.io/Statement/v1"}';

for (const type of signingKeyTypes) {
  test(`a few lines of Python take an envelope signed with ${type}, and refuse another payload`, {
    skip: pythonSkip,
  }, async () => {
    const { envelope, key, sealed } = await filesOf(`python-${type}`, payload, makeSigningKey(type));
    const judge = () => spawnSync('python3', ['-c', verifier, envelope, key], { encoding: 'utf8' });
    const good = judge();
    assert.equal(good.status, 0, good.stderr);
    assert.deepEqual(JSON.parse(good.stdout), JSON.parse(payload));
    const other = Buffer.from(payload.replace('v1', 'v2')).toString('base64');
    await writeFile(envelope, envelopeText({ ...sealed, payload: other }));
    assert.equal(judge().status, 1);
  });

  test(`the openssl command takes the signature of ${type}, and refuses it over other bytes`, async () => {
    const { key, sealed } = await filesOf(`openssl-${type}`, payload, makeSigningKey(type));
    const [message, signature] = [join(scratch, `${type}.bin`), join(scratch, `${type}.sig`)];
    await writeFile(signature, Buffer.from(sealed.signatures.at(-1)?.sig ?? '', 'base64'));
    const words = ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature];
    const digest = type === 'p256' ? ['-digest', 'sha256'] : [];
    const judge = async (bytes: string): Promise<number | null> => {
      await writeFile(message, preAuthEncoding(sealed.payloadType, Buffer.from(bytes)));
      return spawnSync('openssl', [...words, ...digest]).status;
    };
    assert.equal(await judge(payload), 0);
    assert.equal(await judge(`${payload} `), 1);
  });
}
