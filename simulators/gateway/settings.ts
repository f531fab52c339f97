import { MusterError, messageOf } from '#protocol/errors.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import type { KeyKind } from '#protocol/pki/keys.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { type CryptoProfile, type ProfileId, profiles } from '#protocol/pki/profiles.ts';

/** What a device is given before it enrolls: by the factory (the anchors), and by its operator (the rest). */
export interface GatewaySettings {
  readonly httpUrl: string;
  readonly tlsUrl: string;
  /** Certificates of the third-party CA, PEM. */
  readonly anchorsPem: string;
  /** SHA-256 or SHA-1 of the clearinghouse's CA certificate, given out of band. Cleartext getcacert needs it. */
  readonly caFingerprint?: string;
  /** The DNS name or the address that the configuration of the clearinghouse knows the device by. */
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
  readonly password: string;
  readonly profile: ProfileId;
  readonly caCertificateVia: 'cleartext' | 'tls';
  /** `challenge` (default): the PKCS#10 holds the nonce of the getcacert answer whenever there is one. */
  readonly proofOfPossession?: 'pkcs10' | 'challenge';
  /** Default: the profile's. */
  readonly keyKind?: KeyKind;
  readonly pollIntervalSeconds: number;
  /** Polls of one attempt; 0 leaves a pending request to `retrieve`. */
  readonly maximumPolls: number;
  /** For one message: connecting, TLS, sending and the whole answer. */
  readonly timeoutSeconds: number;
  /** How long before its end a certificate is due for renewal. */
  readonly renewBeforeSeconds: number;
  readonly clockSkewSeconds: number;
  /** How often a message is sent again when its answer was lost. Default 2. */
  readonly retries?: number;
  /** Default 1. */
  readonly retryDelaySeconds?: number;
  /** For each message over TLS: a new one (default), the one of the message before, or a new one that resumes its session. */
  readonly connections?: 'new' | 'kept' | 'resumed';
}

/** Settings once checked: nothing is optional but the fingerprint, and nothing changes. */
export interface CompleteSettings
  extends Omit<Required<GatewaySettings>, 'httpUrl' | 'tlsUrl' | 'profile' | 'caFingerprint'> {
  readonly httpUrl: URL;
  readonly tlsUrl: URL;
  /** The host of the TLS URL, IPv6 without brackets: the name that the server's certificate must bear. */
  readonly host: string;
  readonly anchors: readonly Certificate[];
  readonly profile: CryptoProfile;
  readonly caFingerprint: string | undefined;
}

/** What a setting must be when it is text, and how to say so. */
const textRules: readonly (readonly [name: keyof GatewaySettings, shape: RegExp, expected: string])[] = [
  ['device', /^(0|[1-9]\d{0,19})$/, 'a decimal number without leading zeros'],
  ['customer', /^(0|[1-9]\d{0,19})$/, 'a decimal number without leading zeros'],
  ['deviceName', /^[^\s]{1,255}$/, 'a DNS name or an address'],
  ['username', /^.{1,255}$/su, 'at least one character'],
  ['password', /^.{1,255}$/su, 'at least one character'],
];

const numberRules: readonly (readonly [name: keyof GatewaySettings, least: number])[] = [
  ['pollIntervalSeconds', 0],
  ['maximumPolls', 0],
  ['timeoutSeconds', 0.001],
  ['renewBeforeSeconds', 0],
  ['clockSkewSeconds', 0],
  ['retries', 0],
  ['retryDelaySeconds', 0],
];

/** @throws MusterError settings-invalid naming every setting that is not usable; never shows the password. */
export function completeSettings(settings: GatewaySettings): CompleteSettings {
  const problems: string[] = [];
  for (const [name, shape, expected] of textRules) {
    if (!shape.test(String(settings[name]))) problems.push(`${name}: expected ${expected}`);
  }
  for (const [name, least] of numberRules) {
    const value = settings[name] ?? least;
    if (typeof value !== 'number' || !(value >= least && value < Number.POSITIVE_INFINITY)) {
      problems.push(`${name}: expected a number of at least ${least}, seen ${String(value)}`);
    }
  }
  const fingerprint = settings.caFingerprint?.replace(/[:\s]/g, '');
  if (fingerprint !== undefined && !/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(fingerprint)) {
    problems.push('caFingerprint: expected SHA-256 or SHA-1 in hexadecimal (64 or 40 digits)');
  }
  const httpUrl = urlOf(settings.httpUrl, 'httpUrl', 'http:', problems);
  const tlsUrl = urlOf(settings.tlsUrl, 'tlsUrl', 'https:', problems);
  const anchors = anchorsOf(settings.anchorsPem, problems);
  if (httpUrl === undefined || tlsUrl === undefined || problems.length > 0) {
    throw new MusterError('settings-invalid', `The gateway cannot work with these settings: ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  const profile = profiles[settings.profile];
  return Object.freeze({
    ...settings,
    httpUrl,
    tlsUrl,
    host: tlsUrl.hostname.replace(/^\[(.*)\]$/, '$1'),
    anchors,
    profile,
    caFingerprint: settings.caFingerprint,
    proofOfPossession: settings.proofOfPossession ?? 'challenge',
    keyKind: settings.keyKind ?? profile.deviceKey,
    retries: settings.retries ?? 2,
    retryDelaySeconds: settings.retryDelaySeconds ?? 1,
    connections: settings.connections ?? 'new',
  });
}

/** Of the last few texts: a fleet has two for all of its devices. */
const urlsByText = new Map<string, URL | null>();

function parsedUrl(text: string): URL | null {
  const known = urlsByText.get(text);
  if (known !== undefined) return known;
  const url = URL.parse(text);
  if (urlsByText.size >= textsAtMost) urlsByText.clear();
  urlsByText.set(text, url);
  return url;
}

function urlOf(text: string, name: string, protocol: string, problems: string[]): URL | undefined {
  const url = parsedUrl(text);
  if (url?.protocol === protocol && url.username === '' && url.password === '') return url;
  problems.push(`${name}: expected ${protocol}//HOST[:PORT][/PATH]`);
  return undefined;
}

/** Of the last few texts: a fleet has one for all of its devices. */
const anchorsByText = new Map<string, readonly Certificate[]>();
const textsAtMost = 16;

function anchorsOf(pem: string, problems: string[]): readonly Certificate[] {
  const known = anchorsByText.get(pem);
  if (known) return known;
  try {
    const anchors = fromPem(pem, 'CERTIFICATE').map(parseCertificate);
    if (anchorsByText.size >= textsAtMost) anchorsByText.clear();
    anchorsByText.set(pem, anchors);
    return anchors;
  } catch (error) {
    problems.push(`anchorsPem: ${messageOf(error)}`);
    return [];
  }
}
