import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import { MusterError } from '#protocol/errors.ts';
import {
  createSampleServer,
  enrollmentOf,
  fleet,
  fleetAccounts,
  fleetConfiguration,
  type SampleDevice,
} from '../sample-server.ts';
import type { ReferenceServer } from '../server.ts';
import { type License, licenseAsText, licenseOf } from './license.ts';
import { makeLicense, readLicense, readLicensePrivateKey, readLicensePublicKey } from './license-key.ts';
import { MemoryPlace } from './memory-place.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const publicPem = pemOf(publicKey);
const now = new Date('2026-11-23T10:00:00Z');
const terms = { holder: 'Our "bench", Zürich', devices: 3, expires: Date.parse('2027-01-01T00:00:00Z') };
const good = makeLicense(terms, privateKey);

function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();
}

function licensed(license: string | undefined, at = now): License {
  const { configuration } = { configuration: { licenses: [], ...(license === undefined ? {} : { license }) } };
  return licenseOf(configuration as never, { publicKey, trialDevices: 2 }, at);
}

describe('a license key', () => {
  test('says who holds it, for how many devices and until when; it is one word of the file', () => {
    assert.deepEqual(licensed(good), { kind: 'licensed', ...terms });
    assert.equal(quoteWord(good), good);
    assert.equal(
      licenseAsText(licensed(good)),
      'licensed to Our "bench", Zürich for 3 enrolled devices until 2027-01-01',
    );
  });

  const refused: readonly (readonly [what: string, key: string | undefined, why: RegExp, at?: Date])[] = [
    ['that is not there', undefined, /no license line/],
    ['that is none', 'an older key', /holds no license key/],
    ['of another signer', makeLicense(terms, stranger.privateKey), /another key/],
    [
      'that was altered',
      good.replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify({ ...terms, devices: 9, expires: '2027-01-01' })).toString('base64url')}.`,
      ),
      /altered/,
    ],
    ['that has ended', good, /ended on 2027-01-01/, new Date(terms.expires)],
  ];
  for (const [what, key, why, at] of refused) {
    test(`${what} makes a trial version, and the reason never shows the key`, () => {
      const license = licensed(key, at);
      assert.ok(license.kind === 'trial' && license.limit === 2);
      assert.match(license.why, why);
      assert.ok(key === undefined || !licenseAsText(license).includes(key));
    });
  }

  test('counts until the moment it ends, and not without a public key', () => {
    assert.equal(licensed(good, new Date(terms.expires - 1)).kind, 'licensed');
    assert.equal(licenseOf({ license: good } as never, { trialDevices: 2 }, now).kind, 'trial');
  });

  test('is not made of terms that mean nothing', () => {
    for (const differs of [
      { holder: '' },
      { holder: 'a\nb' },
      { devices: 0 },
      { devices: 1.5 },
      { expires: Number.NaN },
    ]) {
      assert.throws(() => makeLicense({ ...terms, ...differs }, privateKey), { code: 'settings-invalid' });
    }
  });

  test('property: no text is taken for a license that nobody signed, and none makes the reader throw', () => {
    const altered = fc
      .tuple(fc.nat(good.length - 1), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(altered, fc.string({ unit: 'binary' })), (text) => {
        // The last letter of base64url may hold bits that nobody reads.
        const same =
          text === good ||
          Buffer.from(text.split('.')[2] ?? '', 'base64url').equals(Buffer.from(good.split('.')[2] ?? '', 'base64url'));
        assert.ok(same || !readLicense(text, publicKey).genuine);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('the keys of licenses are Ed25519 in PEM; whatever else is refused without repeating it', () => {
    assert.ok(readLicensePublicKey(publicPem).equals(publicKey));
    assert.ok(readLicensePrivateKey(pemOf(privateKey)).equals(privateKey));
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    for (const pem of ['secret', pemOf(other.publicKey), pemOf(other.privateKey)]) {
      for (const read of [readLicensePublicKey, readLicensePrivateKey]) {
        assert.throws(
          () => read(pem),
          (thrown) =>
            thrown instanceof MusterError && thrown.code === 'pem-malformed' && !thrown.message.includes('secret'),
        );
      }
    }
  });
});

/** A server for so many devices at most, without a license line unless given. */
async function open(license = '', approval: 'auto' | 'manual' = 'auto', trialDevices = 2) {
  const place = new MemoryPlace({
    text: `${license}${fleetConfiguration}`,
    fileName: 'fleet.conf',
    accounts: await fleetAccounts(),
  });
  const sample = await createSampleServer({ trialDevices, licensePublicKey: publicPem, approval }, { place });
  const { server } = sample;
  const ask = async (device: SampleDevice, differs: Parameters<typeof enrollmentOf>[1] = {}) => {
    const answer = await server.engine.answer(await enrollmentOf(device, differs), 'here');
    return answer.kind === 'refused' ? answer.status : answer.kind;
  };
  return { ...sample, place, ask };
}

const [one, two, three, four] = [fleet.gateway, fleet.sibling, fleet.stranger, fleet.address];

const pendingOf = async (server: ReferenceServer, device: string) =>
  (await server.engine.list('pending')).find((transaction) => transaction.device === device)?.id ?? assert.fail();

describe('a trial version', () => {
  test('enrolls its number of devices, re-enrolls those, and refuses the next with 6; a license lifts it at once', async () => {
    const { server, place, ask, events } = await open();
    assert.deepEqual([await ask(one), await ask(two), await ask(three)], ['issued', 'issued', 6]);
    assert.equal(await ask(one), 'issued', 're-enrollment');
    assert.match(events.at(-3)?.detail ?? '', /trial version for 2 enrolled devices/);
    assert.equal(server.places.enrolled, 2);
    await server.configurationKeeper.flush();
    assert.equal(server.places.enrolled, 2, 'marked, each has one place still');
    place.put(`license ${good}\n${(await place.read()).text}`);
    await server.reload();
    assert.deepEqual([await ask(three), await ask(four), await ask(two)], ['issued', 6, 'issued']);
    assert.ok(events.some(({ event, detail }) => event === 'license' && detail?.startsWith('licensed to Our')));
    assert.ok(!events.some((event) => JSON.stringify(event).includes(good)), 'no event shows the key');
  });

  test('counts the devices that the file calls enrolled, and knows them after a restart', async () => {
    const first = await open();
    for (const device of [one, two]) await first.ask(device);
    await first.server.stop();
    const again = await open();
    again.place.put((await first.place.read()).text);
    await again.server.reload();
    assert.equal(again.server.places.enrolled, 2);
    assert.deepEqual([await again.ask(three), await again.ask(one)], [6, 'issued']);
  });

  test('gives the last place to one of two that come at once, and takes none for what is refused or waits', async () => {
    const { server, ask } = await open();
    await ask(one);
    assert.deepEqual(new Set(await Promise.all([ask(two), ask(three)])), new Set(['issued', 6]));
    const other = await open('', 'auto', 1);
    const nonce = 'the same';
    assert.equal(await other.ask(fleet.disabled, { nonce }), 7);
    assert.equal(await other.ask(two), 'issued', 'the control');
    assert.equal(server.places.enrolled, 2);
  });

  test('lets more devices wait than it can approve; an approval beyond is refused, and counts when a place is free', async () => {
    const { server, ask } = await open('', 'manual', 1);
    assert.deepEqual([await ask(one), await ask(two)], ['pending', 'pending']);
    const approve = async (device: string) =>
      server.engine.decide(await pendingOf(server, device), { kind: 'approve' });
    assert.equal((await approve('gw1.example.com')).state, 'issued');
    await assert.rejects(approve('gw2.example.com'), /cannot be approved: this server is a trial version/);
    await server.configurationKeeper.rotateCrypto('ann');
    assert.equal((await approve('gw2.example.com')).state, 'issued', 'with another CA nobody else is enrolled');
    assert.equal(await ask(one), 6, 'a device that there is no place for does not wait');
  });
});
