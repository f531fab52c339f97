import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from '#protocol/http-server.ts';
import { type Answer, encodeAnswer } from '#protocol/messages/answers.ts';
import { decodeRequest, type EnrollmentMessage, type RequestMessage } from '#protocol/messages/requests.ts';
import { type Authority, type CertificateTemplate, createAuthority } from '#protocol/pki/authority.ts';
import { fingerprint, generateKeyPair } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { type ProfileId, profiles, signatureFor } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createThirdPartyCa, type ServerCertificateOptions, type ThirdPartyCa } from '../third-party-ca.ts';
import type { GatewaySettings } from './settings.ts';

/** What a test makes of a message: a protocol answer, or a whole HTTP answer. `honest` is what it would have been. */
export type Script = (message: RequestMessage, honest: () => Answer, request: HttpRequest) => Answer | HttpAnswer;

export interface Received {
  readonly secure: boolean;
  readonly message: RequestMessage;
}

/** A clearinghouse for the tests of the gateway: real sockets and TLS, answers as the test says. It judges nothing. */
export interface ScriptedClearinghouse {
  readonly thirdParty: ThirdPartyCa;
  readonly authority: Authority;
  readonly settings: GatewaySettings;
  readonly received: Received[];
  readonly httpPort: number;
  script: Script;
  /** The messages of that operation, in the order in which they came. */
  enrollments(operation: 'request' | 'retrieve'): EnrollmentMessage[];
  issue(message: EnrollmentMessage, changes?: Partial<CertificateTemplate>, by?: Authority): Uint8Array;
  /** From now on, TLS connections are shown this certificate. */
  showServerCertificate(options: Partial<ServerCertificateOptions>, ca?: ThirdPartyCa): Promise<void>;
  close(): Promise<void>;
}

const hourMs = 3_600_000;
const host = '127.0.0.1';

export async function createAuthorityOf(profileId: ProfileId, commonName: string): Promise<Authority> {
  const profile = profiles[profileId];
  const key = await generateKeyPair(profile.authorityKey);
  return createAuthority({
    subject: [{ type: 'CN', value: commonName }],
    key,
    signature: signatureFor(key.publicKey, profile),
    notBefore: new Date(Date.now() - 24 * hourMs),
    notAfter: new Date(Date.now() + 10_000 * 24 * hourMs),
  });
}

export async function startScriptedClearinghouse(profileId: ProfileId = 'modern'): Promise<ScriptedClearinghouse> {
  const thirdParty = await createThirdPartyCa({ profile: profileId });
  const authority = await createAuthorityOf(profileId, 'Test Clearinghouse CA');
  const received: Received[] = [];

  const issue: ScriptedClearinghouse['issue'] = (message, changes = {}, by = authority) => {
    const { subject, spki } = parsePkcs10(message.pkcs10);
    const template = {
      subject,
      spki,
      notBefore: new Date(Date.now() - hourMs),
      notAfter: new Date(Date.now() + hourMs),
    };
    return by.issue({ ...template, basicConstraints: { ca: false }, ...changes }).der;
  };
  const honestAnswer = (message: RequestMessage): Answer =>
    message.operation === 'getcacert'
      ? { kind: 'cacert', certificate: authority.certificate.der }
      : { kind: 'issued', certificate: issue(message) };
  const respond = async (request: HttpRequest): Promise<HttpAnswer> => {
    const message = decodeRequest(request.body);
    received.push({ secure: request.secure, message });
    const answer = clearinghouse.script(message, () => honestAnswer(message), request);
    if (!('kind' in answer)) return answer;
    return httpAnswer(200, encodeAnswer(answer));
  };

  const good = await thirdParty.issueServer({ host });
  const tls = { ...tlsOptions(thirdParty.profile), key: good.keyPem, cert: good.chainPem };
  const plainServer = createHttpServer(respond);
  const tlsServer = createHttpServer(respond, defaultHttpServerOptions, tls);
  const [httpPort, tlsPort] = await Promise.all([listen(plainServer, 0, host), listen(tlsServer, 0, host)]);

  const clearinghouse: ScriptedClearinghouse = {
    thirdParty,
    authority,
    received,
    httpPort,
    script: (_message, honest) => honest(),
    settings: {
      httpUrl: `http://${host}:${httpPort}/tep`,
      tlsUrl: `https://${host}:${tlsPort}/tep`,
      anchorsPem: thirdParty.anchorPem,
      caFingerprint: fingerprint(authority.certificate.der, 'sha256'),
      deviceName: 'gateway.example.com',
      device: '4711',
      customer: '42',
      username: 'operator',
      password: 'p4ss wörd+&=',
      profile: profileId,
      caCertificateVia: 'cleartext',
      pollIntervalSeconds: 30,
      maximumPolls: 3,
      timeoutSeconds: 5,
      renewBeforeSeconds: 600,
      clockSkewSeconds: 60,
    },
    enrollments: (operation) => received.flatMap(({ message }) => (message.operation === operation ? [message] : [])),
    issue,
    showServerCertificate: async (options, ca = thirdParty) => {
      const { keyPem, chainPem } = await ca.issueServer({ host, ...options });
      (tlsServer as unknown as { setSecureContext(options: object): void }).setSecureContext({
        ...tls,
        key: keyPem,
        cert: chainPem,
      });
    },
    close: async () => {
      await Promise.all([close(plainServer), close(tlsServer)]);
    },
  };
  return clearinghouse;
}

export function httpAnswer(
  status: number,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: { 'content-type': 'text/plain', 'content-length': String(bytes.length), ...headers },
    body: bytes,
  };
}
