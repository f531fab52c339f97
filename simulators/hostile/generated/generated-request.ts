import fc from 'fast-check';
import { encodeSigned } from '#protocol/pki/authority.ts';
import { encodeDer, tags } from '#protocol/pki/der.ts';
import { type CryptoProfile, signatureFor } from '#protocol/pki/profiles.ts';
import { challengeAttribute, extensionRequest, type ForgeRequest, forgePkcs10, goodPkcs10 } from '../pkcs10-forge.ts';
import { derEdits, edited, nested, rebuilt, write } from './der-tree.ts';
import { place, positionIn } from './place.ts';

/** What a hostile gateway knows: all that an honest one does. */
export interface RequestContext extends ForgeRequest {
  readonly username: string;
  readonly password: string;
  readonly device: string;
  readonly customer: string;
  readonly profile: CryptoProfile;
}

/** A change with its name, as a counterexample shows it. */
export interface Drawn<T> {
  readonly name: string;
  readonly change: (before: T, context: RequestContext) => T;
}

/** A request as it is made, stage by stage, each with its change. */
export interface RequestDraft {
  readonly operation: string;
  readonly pkcs10: Drawn<Uint8Array>;
  readonly pairs: Drawn<readonly string[]>;
  readonly body: Drawn<Buffer>;
}

const named = <T>(name: string, change: Drawn<T>['change']): Drawn<T> => ({ name, change });
const ofPkcs10 = named<Uint8Array>;
const ofPairs = named<readonly string[]>;
const ofBody = named<Buffer>;
const as = <T>(name: string): Drawn<T> => named(name, (before) => before);

const documents: Readonly<Record<string, (context: RequestContext) => Uint8Array>> = {
  nothing: () => new Uint8Array(),
  'one byte': () => Uint8Array.of(0x30),
  'an empty sequence': () => encodeDer(tags.sequence),
  '5,000 levels': () => nested(5_000),
  '12 KiB': () => encodeDer(tags.sequence, encodeDer(tags.octetString, new Uint8Array(12 * 1024))),
  'the private key': ({ key }) => key.privateKey.export({ type: 'pkcs8', format: 'der' }),
  'the public key': ({ key }) => key.publicKey.export({ type: 'spki', format: 'der' }),
};

/** What an honest gateway does not ask for. */
const wishes: Readonly<Record<string, readonly Uint8Array[]>> = {
  'to be a CA': [extensionRequest({ basicConstraints: { ca: true } })],
  'for another name': [extensionRequest({ dnsNames: ['somebody-else.example.com'] })],
  'to be a server': [extensionRequest({ extendedKeyUsage: ['serverAuth'] })],
  'for one thing twice': [challengeAttribute('a'), challengeAttribute('b')],
  'with a challenge': [challengeAttribute('A'.repeat(64))],
};

const edit = fc.record({ where: place, is: fc.constantFrom(...derEdits) });

const pkcs10Changes: fc.Arbitrary<Drawn<Uint8Array>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(as<Uint8Array>('good PKCS#10')) },
  {
    weight: 3,
    arbitrary: edit.map(({ where, is }) =>
      ofPkcs10(`PKCS#10: value ${where} ${is}`, (der) => rebuilt(der, (whole) => write(edited(whole, where, is)))),
    ),
  },
  {
    weight: 3,
    arbitrary: edit.map(({ where, is }) =>
      ofPkcs10(`PKCS#10: value ${where} ${is}, and signed`, (der, { key, profile }) =>
        rebuilt(der, ({ parts: [tbs] }) =>
          typeof tbs === 'object'
            ? encodeSigned(write(edited(tbs, where, is)), key, signatureFor(key.publicKey, profile))
            : der,
        ),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, fc.nat(7)).map(([where, bit]) =>
      ofPkcs10(`PKCS#10: bit ${bit} of byte ${where} flipped`, (der) => {
        const at = positionIn(der.length, where);
        return der.with(at, (der[at] ?? 0) ^ (1 << bit));
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(400).map((left) => ofPkcs10(`PKCS#10: cut by ${left}`, (der) => der.subarray(0, -left - 1))),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 16 })
      .map((more) =>
        ofPkcs10(`PKCS#10: then ${Buffer.from(more).toString('hex')}`, (der) => Buffer.concat([der, more])),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...Object.keys(wishes))
      .map((which) =>
        ofPkcs10(`PKCS#10: asks ${which}`, (_, context) => forgePkcs10(context, { attributes: wishes[which] ?? [] })),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...Object.keys(documents))
      .map((which) => ofPkcs10(`PKCS#10: ${which}`, (der, context) => documents[which]?.(context) ?? der)),
  },
);

/** Values that programs stumble over. */
const values = fc.constantFrom(
  ...[
    '',
    '0',
    '-1',
    '00',
    '1e3',
    '18446744073709551616',
    '%',
    '%0',
    '%zz',
    '%00',
    '%0d%0a',
    '%2500',
    '+',
    '=',
    '==',
    '\0',
  ],
  ...[
    '%c0%af',
    '%ff%fe',
    '\u00e9',
    "'%20OR%201",
    '%3cscript%3e',
    '%24(id)',
    '..%2f..%2fetc',
    '%25s%25n',
    'x'.repeat(5_000),
  ],
);
const names = fc.constantFrom(
  'operation',
  'nonce',
  'username',
  'password',
  'device',
  'customer',
  'request',
  'certreq',
  'x',
);

const pairChanges: fc.Arbitrary<Drawn<readonly string[]>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(as<readonly string[]>('good pairs')) },
  {
    weight: 2,
    arbitrary: fc.nat(9).map((at) => ofPairs(`without pair ${at}`, (pairs) => pairs.toSpliced(at % pairs.length, 1))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9), names, values)
      .map(([at, name, value]) =>
        ofPairs(`with ${name}=${value.slice(0, 20)} at ${at}`, (pairs) =>
          pairs.toSpliced(at % (pairs.length + 1), 0, `${name}=${value}`),
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(9), values)
      .map(([at, value]) =>
        ofPairs(`value ${at} is ${value.slice(0, 20)}`, (pairs) =>
          pairs.map((pair, index) => (index === at % pairs.length ? `${pair.split('=')[0]}=${value}` : pair)),
        ),
      ),
  },
  { weight: 1, arbitrary: fc.constant(ofPairs('reversed', (pairs) => pairs.toReversed())) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('&', '&&&&', '=', '=&=')
      .map((glue) => ofPairs(`with ${glue}`, (pairs) => [glue, ...pairs])),
  },
);

const bodyChanges: fc.Arbitrary<Drawn<Buffer>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(as<Buffer>('good body')) },
  {
    weight: 2,
    arbitrary: fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) =>
      ofBody(`bytes ${changes.join(' ')}`, (body) => {
        const copy = Buffer.from(body);
        for (const [where, byte] of changes) copy[positionIn(copy.length, where)] = byte;
        return copy;
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: place.map((where) =>
      ofBody(`cut at ${where}`, (body) => body.subarray(0, positionIn(body.length, where))),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 600 }).map((noise) => ofBody('noise', () => Buffer.from(noise))),
  },
);

/** Requests of a hostile gateway that knows the credentials: most are wrong in one or two places, some are good. */
export const requestDrafts: fc.Arbitrary<RequestDraft> = fc.record({
  operation: fc.oneof(
    { weight: 6, arbitrary: fc.constant('request') },
    { weight: 2, arbitrary: fc.constant('retrieve') },
    { weight: 1, arbitrary: fc.constantFrom('getcacert', '', 'REQUEST', 'request%00') },
  ),
  pkcs10: pkcs10Changes,
  pairs: pairChanges,
  body: bodyChanges,
});

/** The body of a drawn request, with that nonce. */
export function bodyOf(draft: RequestDraft, context: RequestContext, nonce: string): Buffer {
  const pkcs10 = draft.pkcs10.change(goodPkcs10(context), context);
  const { username, password, device, customer } = context;
  const fields = { operation: draft.operation, nonce, username, password, device, customer };
  const pairs = [
    ...Object.entries(fields).map(
      ([name, value]) => `${name}=${name === 'operation' ? value : encodeURIComponent(value)}`,
    ),
    `request=${encodeURIComponent(Buffer.from(pkcs10).toString('base64'))}`,
  ];
  return draft.body.change(Buffer.from(draft.pairs.change(pairs, context).join('&'), 'latin1'), context);
}

/** In the words of a counterexample: none of them holds a secret. */
export function describeDraft({ operation, pkcs10, pairs, body }: RequestDraft): string {
  return [operation, pkcs10.name, pairs.name, body.name].join('; ');
}
