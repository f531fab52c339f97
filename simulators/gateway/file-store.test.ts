import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { type DeviceIdentity, type DeviceStore, MemoryStore, type PendingRequest } from './device-store.ts';
import { FileStore } from './file-store.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'muster-device-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return join(path, 'state');
}

async function identityOf(mark: number): Promise<DeviceIdentity> {
  return {
    key: await generateKeyPair('p256'),
    certificate: Uint8Array.of(0x30, 1, mark),
    caCertificate: Uint8Array.of(0x30, 2, mark),
  };
}

async function pendingOf(mark: number): Promise<PendingRequest> {
  return {
    key: await generateKeyPair('p256'),
    nonce: Uint8Array.of(0, 255, mark),
    pkcs10: Uint8Array.of(0x30, 3, mark),
    caCertificate: Uint8Array.of(0x30, 2, mark),
    owner: 'owner',
    acknowledged: mark % 2 === 0,
  };
}

/** What can be compared: keys by their public half. */
function plain(value: DeviceIdentity | PendingRequest | undefined): unknown {
  if (value === undefined) return undefined;
  const bytes = Object.entries(value).map(([name, field]) => [
    name,
    field instanceof Uint8Array ? Buffer.from(field).toString('hex') : field,
  ]);
  return { ...Object.fromEntries(bytes), key: Buffer.from(spkiOf(value.key.publicKey)).toString('hex') };
}

const kinds: readonly [name: string, open: (context: TestContext) => Promise<() => DeviceStore>][] = [
  [
    'the memory store',
    async () => {
      const store = new MemoryStore();
      return () => store;
    },
  ],
  [
    'the file store',
    async (context) => {
      const path = await folder(context);
      return () => new FileStore(path);
    },
  ],
];

for (const [name, open] of kinds) {
  test(`${name} gives back what was written, also to another start`, async (context) => {
    const store = await open(context);
    assert.equal(await store().readIdentity(), undefined);
    assert.equal(await store().readPending(), undefined);
    for (const mark of [1, 2]) {
      const identity = await identityOf(mark);
      const pending = await pendingOf(mark);
      await store().writeIdentity(identity);
      await store().writePending(pending);
      assert.deepEqual(plain(await store().readIdentity()), plain(identity));
      assert.deepEqual(plain(await store().readPending()), plain(pending));
    }
    await store().removePending();
    assert.equal(await store().readPending(), undefined);
    assert.ok(await store().readIdentity());
    await store().removeIdentity();
    assert.equal(await store().readIdentity(), undefined);
  });
}

test('keys and the pending request are for their owner alone, certificates for everyone', async (context) => {
  const path = await folder(context);
  const store = new FileStore(path);
  await store.writeIdentity(await identityOf(1));
  await store.writePending(await pendingOf(1));
  const modes = Object.fromEntries(
    await Promise.all(
      (await readdir(path)).map(async (name) => [name, ((await stat(join(path, name))).mode & 0o777).toString(8)]),
    ),
  );
  assert.deepEqual(modes, {
    'cacert.pem': '644',
    'certificate.pem': '644',
    'key.pem': '600',
    'pending-key.pem': '600',
    'pending.json': '600',
  });
});

test('a write that was interrupted before its moment keeps the old identity', async (context) => {
  const path = await folder(context);
  const old = await identityOf(1);
  await new FileStore(path).writeIdentity(old);
  await mkdir(join(path, '.identity.new'));
  await writeFile(join(path, '.identity.new', 'key.pem'), 'half a k');
  assert.deepEqual(plain(await new FileStore(path).readIdentity()), plain(old));
  assert.deepEqual((await readdir(path)).sort(), ['cacert.pem', 'certificate.pem', 'key.pem']);
});

test('a write that was interrupted after its moment is carried out whole', async (context) => {
  const path = await folder(context);
  const store = new FileStore(path);
  const next = await identityOf(2);
  await store.writeIdentity(next);
  const names = await readdir(path);
  const ready = await Promise.all(names.map(async (name) => [name, await readFile(join(path, name))] as const));
  await store.writeIdentity(await identityOf(1));
  await mkdir(join(path, '.identity.unseen'));
  for (const [name, content] of ready) await writeFile(join(path, '.identity.unseen', name), content);
  // As if the process had died with one of the three files in its place.
  await rename(join(path, '.identity.unseen', 'cacert.pem'), join(path, 'cacert.pem'));
  await rename(join(path, '.identity.unseen'), join(path, '.identity.ready'));
  assert.deepEqual(plain(await new FileStore(path).readIdentity()), plain(next));
  assert.deepEqual((await readdir(path)).sort(), names.sort());
});
