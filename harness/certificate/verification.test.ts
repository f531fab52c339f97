import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { sampleSet } from '#reports/sample-certification.ts';
import { envelopeText, keyIdOf, readEnvelope, signed } from './dsse.ts';
import { contentOf } from './file-digests.ts';
import { packageFiles } from './package-files.ts';
import { samplePackage } from './sample-package.ts';
import { makeSigningKey } from './signing-keys.ts';
import { checkUnsigned, verifyPackage } from './verification.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261128);
const { statement, envelope } = packageFiles;
const lab = makeSigningKey('ed25519');
const witness = makeSigningKey('p256');
const scratch = await mkdtemp(join(tmpdir(), 'muster-verification-'));
after(() => rm(scratch, { recursive: true, force: true }));

async function sign(folder: string, ...keys: readonly KeyObject[]): Promise<void> {
  const payload = await readFile(join(folder, statement));
  let sealed = signed(payload, keys[0] ?? lab.privateKey);
  for (const key of keys.slice(1)) sealed = signed(payload, key, sealed.signatures);
  await writeFile(join(folder, envelope), envelopeText(sealed));
}

const original = await samplePackage();
after(() => rm(original, { recursive: true, force: true }));
await sign(original, lab.privateKey, witness.privateKey);

/** A copy of the signed folder, elsewhere. */
async function copied(): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'moved-'));
  await cp(original, folder, { recursive: true });
  return folder;
}

const named = async (folder: string, key = lab.publicKey): Promise<string[]> =>
  (await verifyPackage(folder, key)).findings.map(({ file }) => file);

test('a signed folder that was moved is as it was signed, by the lab and by the witness', async () => {
  const folder = await copied();
  const { findings, signedBy, unchecked } = await verifyPackage(folder, lab.publicKey);
  assert.deepEqual(findings, []);
  assert.deepEqual([signedBy, unchecked], [[keyIdOf(lab.publicKey)], [keyIdOf(witness.publicKey)]]);
  assert.deepEqual(await named(folder, witness.publicKey), []);
});

test('one changed bit, in each file in turn and anywhere in it, is named, and nothing else is', async () => {
  const folder = await copied();
  const { files } = await contentOf(folder);
  assert.ok(files.length > 7, files.join());
  const bytes = new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
  const flip = async (name: string, at: number, bit: number): Promise<void> => {
    const good = bytes.get(name) ?? Buffer.alloc(1);
    const bad = Buffer.from(good);
    const index = Math.floor(at * good.length);
    bad.writeUInt8(bad.readUInt8(index) ^ (1 << bit), index);
    await writeFile(join(folder, name), bad);
    // The signature of the witness is the witness’s to look at.
    const other = name === envelope ? await named(folder, witness.publicKey) : [];
    const found = new Set([...(await named(folder)), ...other]);
    await writeFile(join(folder, name), good);
    assert.deepEqual([...found], [name], `bit ${bit} of byte ${index} of ${name}`);
  };
  for (const name of files) await flip(name, 0.5, 0);
  const place = fc.record({
    name: fc.constantFrom(envelope, envelope, statement, ...files),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.integer({ min: 0, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(place, ({ name, at, bit }) => flip(name, at, bit)),
    { seed, numRuns: 60 },
  );
  assert.deepEqual(await named(folder), [], 'every byte is back');
});

test('a file that is missing, one that came later, and a link are named', async () => {
  const folder = await copied();
  await rm(join(folder, 'junit.xml'));
  await writeFile(join(folder, 'evidence', 'later.txt'), '');
  await symlink('/etc/hostname', join(folder, 'link'));
  const { findings } = await verifyPackage(folder, lab.publicKey);
  assert.deepEqual(
    findings.map(({ file, what }) => `${file} ${what}`),
    ['evidence/later.txt is not in the statement: it came later', 'junit.xml is missing', 'link is no plain file'],
  );
});

test('another key has signed nothing here, and an unsigned folder is not signed', async () => {
  const folder = await copied();
  assert.deepEqual(await named(folder, makeSigningKey('ed25519').publicKey), [envelope]);
  await rm(join(folder, envelope));
  assert.deepEqual(await named(folder), [envelope]);
  await rm(join(folder, statement));
  assert.deepEqual(await named(folder), [envelope, statement]);
});

test('a statement that says otherwise than its run is found, though the lab has signed it', async () => {
  const folder = await copied();
  const text = await readFile(join(folder, statement), 'utf8');
  const forged = JSON.parse(text) as { predicate: { verdict: string; cases: { id: string; verdict: string }[] } };
  forged.predicate.verdict = 'fail';
  const [first, ...others] = forged.predicate.cases;
  forged.predicate.cases = [{ ...first, id: first?.id ?? '', verdict: 'fail' }, ...others.slice(1)];
  await writeFile(join(folder, statement), `${JSON.stringify(forged, null, 2)}\n`);
  await sign(folder, lab.privateKey);
  const { findings, signedBy } = await verifyPackage(folder, lab.publicKey);
  assert.deepEqual(signedBy, [keyIdOf(lab.publicKey)]);
  assert.deepEqual([...new Set(findings.map(({ file }) => file))], [statement]);
  const told = findings.map(({ what }) => what).join('\n');
  assert.match(told, /it says fail of DEV-TLS-001; run\.json says pass/);
  assert.match(told, /it leaves out DEV-TLS-005/);
  assert.match(told, /"verdict" is not that of run\.json/);
});

test('a verdict that does not follow from its cases is found, though statement and run agree', async () => {
  const cases = JSON.parse(await readFile(join(original, 'run.json'), 'utf8')).cases;
  const folder = await samplePackage({ cases: cases.map((one: object) => ({ ...one, verdict: 'fail' })) });
  after(() => rm(folder, { recursive: true, force: true }));
  assert.deepEqual((await checkUnsigned(folder)).findings, [], 'an honest failure');
  const record = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
  const { disagreements } = await import('#reports/statement-check.ts');
  const { statementOf } = await import('#reports/attestation.ts');
  const lied = { ...record, verdict: 'pass' };
  const said = statementOf(lied, []);
  assert.ok(said);
  assert.deepEqual(disagreements(said, lied, sampleSet()), ['run.json says pass; its cases make it fail']);
});

test('whatever an envelope holds, it is read or refused by an error of its own', () => {
  const good = envelopeText(signed(Buffer.from('{}'), lab.privateKey));
  assert.equal(readEnvelope(good, 'x').signatures.length, 1);
  for (const text of ['', '{}', '[]', 'null', '{"payload":1}', good.trimEnd(), good.replace('==', '=='.repeat(2))]) {
    assert.throws(() => readEnvelope(text, 'x'), { code: 'attestation-malformed' }, text);
  }
});
