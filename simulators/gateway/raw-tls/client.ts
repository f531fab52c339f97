import { randomBytes } from 'node:crypto';
import { ByteReader, extension, handshakeMessage, number, numbersOf, vector } from '../../hostile/raw-tls/bytes.ts';
import { type CipherSuite, cipherSuite } from '../../hostile/raw-tls/cipher-suites.ts';
import { extensionsOf } from '../../hostile/raw-tls/client-hello.ts';
import { type KeyShare, makeKeyShare, supportedGroups } from '../../hostile/raw-tls/key-agreement.ts';
import { extensionTypes, messageTypes, versionName, versions } from '../../hostile/raw-tls/numbers.ts';
import type { Records } from '../../hostile/raw-tls/records.ts';
import { schemes } from '../../hostile/raw-tls/signatures.ts';
import { finish12 } from './client-12.ts';
import { finish13 } from './client-13.ts';
import { alerts, type ClientSession, check, expectMessage, measureByContent, type Shown } from './client-session.ts';

const offeredSuites = [0x1301, 0xc02b, 0xc02f, 0xc009, 0xc013];
const offeredVersions: readonly number[] = [versions.tls13, versions.tls12];
/** RFC 8446 §4.1.3: how the random of a server that speaks more ends, when TLS 1.2 or less was agreed on. */
const sentinels = ['DOWNGRD\x01', 'DOWNGRD\x00'];

interface ServerHello {
  readonly version: number;
  readonly random: Buffer;
  readonly sessionId: Buffer;
  readonly code: number;
  readonly extensions: ReadonlyMap<number, Buffer>;
}

/**
 * The client's side of a full TLS 1.2 or 1.3 handshake, without the checks that the quirks name. The chain is not judged
 * here. `before`: the client's Finished of the handshake that this one renews (RFC 5746 §3.5).
 * @throws Ended refused-server; AlertReceived, PeerClosed, MalformedTls
 */
export async function connectByHand(
  records: Records,
  serverName: string | undefined,
  quirks: ReadonlySet<string>,
  before: Buffer = Buffer.alloc(0),
): Promise<Shown & { readonly protocol: string; readonly cipher: string }> {
  const clientRandom = randomBytes(32);
  const shares = supportedGroups.map(makeKeyShare);
  // RFC 8446 §D.4: an id of no session, for old middle boxes.
  const sessionId = randomBytes(32);
  records.sendMessages(clientHello({ random: clientRandom, sessionId, shares, serverName, before }));
  const message = await records.message();
  expectMessage({ records, quirks }, message, 'serverHello');
  const hello = parseServerHello(message.body);
  const { version, random: serverRandom } = hello;
  const claimed =
    version === versions.tls13 ? hello.extensions.has(extensionTypes.preSharedKey) : hello.sessionId.equals(sessionId);
  const session = { records, quirks, version, clientRandom, serverRandom, isResumed: claimed };
  const alert = version === versions.tls13 ? alerts.unsupportedExtension : alerts.illegalParameter;
  check(
    session,
    'accepts-claimed-session',
    !claimed,
    alert,
    'the server goes on with a session that it was not offered',
  );
  if (quirks.has('ignores-message-length')) records.measure = measureByContent(hello.version);
  const suite = judgeHello(session, hello);
  const shown =
    hello.version === versions.tls13
      ? await finish13(session, suite, agreed(shares, hello))
      : await finish12(session, suite);
  return { ...shown, protocol: versionName(hello.version), cipher: suite.name };
}

interface ClientHelloParts {
  readonly random: Buffer;
  readonly sessionId: Buffer;
  readonly shares: readonly KeyShare[];
  readonly serverName: string | undefined;
  readonly before: Buffer;
}

function clientHello({ random, sessionId, shares, serverName, before }: ClientHelloParts): Buffer {
  const list = (values: readonly number[]): Buffer[] => values.map((value) => number(value, 2));
  const keyShares = shares.map(({ group, publicBytes }) => Buffer.concat([number(group, 2), vector(2, publicBytes)]));
  const signatures = [schemes.ecdsaP256Sha256, schemes.rsaPssSha256, schemes.rsaPkcs1Sha256];
  const name = serverName === undefined ? [] : [Buffer.concat([number(0, 1), vector(2, Buffer.from(serverName))])];
  const extensions = [
    ...name.map((entry) => extension(extensionTypes.serverName, vector(2, entry))),
    extension(extensionTypes.supportedGroups, vector(2, ...list(supportedGroups))),
    extension(extensionTypes.pointFormats, vector(1, number(0, 1))),
    extension(extensionTypes.signatureAlgorithms, vector(2, ...list(signatures))),
    extension(extensionTypes.supportedVersions, vector(1, ...list(offeredVersions))),
    extension(extensionTypes.keyShare, vector(2, ...keyShares)),
    extension(extensionTypes.renegotiationInfo, vector(1, before)),
  ];
  return handshakeMessage(
    messageTypes.clientHello,
    number(versions.tls12, 2),
    random,
    vector(1, sessionId),
    vector(2, ...list(offeredSuites)),
    vector(1, number(0, 1)),
    vector(2, ...extensions),
  );
}

function parseServerHello(body: Buffer): ServerHello {
  const reader = new ByteReader(body, 'ServerHello');
  const legacyVersion = reader.number(2);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  const code = reader.number(2);
  reader.number(1);
  const extensions = reader.left > 0 ? extensionsOf(reader.vector(2)) : new Map<number, Buffer>();
  reader.end();
  const selected = extensions.get(extensionTypes.supportedVersions);
  const [version = legacyVersion] = selected ? numbersOf(selected, 'selected version') : [];
  return { version, random, sessionId, code, extensions };
}

/** The version and the suite must have been offered, and nobody must have shortened the offer. */
function judgeHello(session: ClientSession, { version, random, code }: ServerHello): CipherSuite {
  const known = offeredVersions.includes(version);
  check(session, 'accepts-old-tls', known, alerts.protocolVersion, `the server chose ${versionName(version)}`);
  const suite = cipherSuite(code);
  const leftOutBy = suite?.authentication === 'anonymous' ? 'accepts-anonymous-cipher' : 'accepts-unoffered-cipher';
  const why = `the server chose ${suite?.name ?? `cipher 0x${code.toString(16)}`}, which was not offered`;
  check(session, suite && leftOutBy, offeredSuites.includes(code), alerts.illegalParameter, why);
  const shortened = version !== versions.tls13 && sentinels.includes(random.subarray(-8).toString('latin1'));
  const said = 'the server speaks TLS 1.3, and was not offered it: somebody changed the offer';
  check(session, 'no-downgrade-check', !shortened, alerts.illegalParameter, said);
  if (!suite) throw new TypeError('a suite that is not known was let through');
  return suite;
}

function agreed(shares: readonly KeyShare[], { extensions }: ServerHello): Buffer {
  const reader = new ByteReader(extensions.get(extensionTypes.keyShare) ?? Buffer.alloc(0), 'key share');
  const group = reader.number(2);
  const peer = reader.vector(2);
  reader.end();
  const share = shares.find((one) => one.group === group) ?? makeKeyShare(group);
  return share.agree(peer);
}
