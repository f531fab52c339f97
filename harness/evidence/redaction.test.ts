import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Redaction } from './redaction.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const secret = 'canary-0a1b2c3d4e5f';
const everyByte = (text: string, upper: boolean) =>
  [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .map((one) => (upper ? one.toUpperCase() : one))
    .join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The forms in which a secret may stand in something that is kept. */
const forms: Readonly<Record<string, (secret: string) => string>> = {
  'in clear': (text) => text,
  'percent-escaped as the protocol does': (text) => encodeURIComponent(text).replaceAll('-', '%2D'),
  'percent-escaped in lower case': (text) => encodeURIComponent(text).replaceAll('-', '%2d'),
  'percent-escaped byte by byte': (text) => everyByte(text, true),
  'percent-escaped byte by byte, in lower case': (text) => everyByte(text, false),
  'in latin1, as raw bytes are shown': (text) => Buffer.from(text).toString('latin1'),
  'in base64': base64,
  'in base64url': (text) => Buffer.from(text).toString('base64url'),
  'in base64, escaped': (text) => encodeURIComponent(base64(text)),
  'in base64 after one byte': (text) => base64(`:${text}`),
  'in base64 after two bytes, and before others': (text) => base64(`u:${text}@h`),
};

/** What must be gone: the secret, and of base64 what does not depend on its neighbours. */
function traces(text: string): string {
  const core = (form: string) => form.replace(/=+$/, '').slice(4, -2);
  return [base64(text), base64(`:${text}`), base64(`u:${text}`)].map(core).join(' ');
}

for (const [name, form] of Object.entries(forms)) {
  test(`a secret ${name} is taken out, and what stands around it stays`, () => {
    const redaction = new Redaction();
    redaction.hide(secret);
    const clean = redaction.text(`<before>${form(secret)}<after>`);
    assert.match(clean, /^<before>.{0,8}\[redacted\].{0,8}<after>$/);
    assert.ok(!clean.includes(form(secret)), clean);
    for (const trace of traces(secret).split(' ')) assert.ok(!clean.includes(trace), clean);
  });
}

test('what was not hidden stays as it is', () => {
  const redaction = new Redaction();
  redaction.hide(secret);
  redaction.hide('');
  const text = `operation=request&username=user-1&customer=1 ${base64('something else')} canary-of-another`;
  assert.equal(redaction.text(text), text);
});

test('a private key in PEM is taken out, also when its end is cut off; a certificate stays', () => {
  const redaction = new Redaction();
  for (const type of ['pkcs8', 'sec1'] as const) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const pem = privateKey.export({ type, format: 'pem' }).toString();
    assert.equal(redaction.text(`a\n${pem}b`), 'a\n[redacted]\nb');
    assert.equal(redaction.text(`a\n${pem.slice(0, 90)}`), 'a\n[redacted]');
  }
  const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  assert.equal(redaction.text(certificate), certificate);
});

test('the value of password= is taken out although nobody named it', () => {
  const redaction = new Redaction();
  assert.equal(redaction.text('username=u&password=open%20sesame&device=1'), 'username=u&password=[redacted]&device=1');
  assert.equal(redaction.text('password=x'), 'password=[redacted]');
  assert.equal(redaction.text('POST /tep?password=x HTTP/1.1'), 'POST /tep?password=[redacted] HTTP/1.1');
  assert.equal(redaction.text('"password=x'), '"password=[redacted]');
  assert.equal(redaction.text('xpassword=x'), 'xpassword=x');
});

test('a secret that begins with another one leaves no end behind', () => {
  for (const order of [
    ['sesame', 'sesame-street'],
    ['sesame-street', 'sesame'],
  ]) {
    const redaction = new Redaction();
    for (const one of order) redaction.hide(one);
    assert.equal(redaction.text('sesame-street sesame'), '[redacted] [redacted]');
  }
});

test('no secret survives in any form, whatever characters it has and wherever it stands', () => {
  // The mark itself may hold a very short secret; passwords of cases are long.
  const anySecret = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
    .filter((text) => /^\P{Cc}+$/u.test(text));
  fc.assert(
    fc.property(
      fc.array(anySecret, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...Object.values(forms)),
      fc.string(),
      fc.string(),
      (secrets, form, before, after) => {
        const redaction = new Redaction();
        for (const one of secrets) redaction.hide(one);
        for (const one of secrets) {
          const clean = redaction.text(`${before} ${form(one)} ${after}`);
          assert.ok(!clean.includes(form(one)) || ` ${before} ${after} `.includes(form(one)), clean);
          assert.ok(clean.includes('[redacted]'), clean);
        }
      },
    ),
    { seed },
  );
});
