import { randomBytes, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { honest } from '#reference-server/flaw.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { MemoryStore } from '#reference-server/store/memory-store.ts';
import type { Store } from '#reference-server/store/store.ts';
import {
  bodyOf,
  describeDraft,
  type RequestContext,
  type RequestDraft,
  requestDrafts,
} from '#simulators/hostile/generated/generated-request.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';

export const inputsOfBatch = 500;

const longestMs = 1000;
const known = new Set([200, 400, 413, 429]);
const identity = { username: 'fuzz', password: 'canary-of-the-fuzzer', device: '7', customer: '9' };
const deviceName = 'fuzzed.example.com';

export interface FuzzedServer {
  readonly server: ReferenceServer;
  readonly context: RequestContext;
  readonly counts: { requests: number; issued: number; slowestMs: number };
}

/** The server as it is in use, but for limits that would answer in the place of what is tried. */
/** `store`: a file, so that what the server has to remember is no memory. */
export async function openFuzzedServer(flaw = honest, store: Store = new MemoryStore()): Promise<FuzzedServer> {
  const profile = profiles.modern;
  const thirdParty = await createThirdPartyCa({ profile: 'modern' });
  const server = await ReferenceServer.create(
    {
      configuration: { text: `enroll enabled\ngroup A\ndevice ${deviceName} A enabled\n`, fileName: 'fuzz.conf' },
      accounts: [{ ...identity, deviceName, passwordHash: await hashPassword(identity.password, 2) }],
      tls: await thirdParty.issueServer({ host: 'localhost' }),
      wrongPasswords: 1_000_000,
      wrongPasswordsByAddress: 1_000_000,
      wrongPasswordSeconds: 0.01,
    },
    { flaw, store },
  );
  const key = await generateKeyPair(profile.deviceKey);
  return {
    server,
    context: { ...identity, deviceName, key, profile },
    counts: { requests: 0, issued: 0, slowestMs: 0 },
  };
}

/** Generated requests of one seed. @returns what the server did wrong, shrunk; undefined: nothing */
export async function fuzzBatch(fuzzed: FuzzedServer, seed: number): Promise<string | undefined> {
  const property = fc.asyncProperty(requestDrafts, async (draft) => {
    const wrong = await wrongWith(fuzzed, draft);
    if (wrong !== undefined) throw new Error(`${wrong}\n  request: ${describeDraft(draft)}`);
  });
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns: inputsOfBatch });
  return failed ? String(errorInstance instanceof Error ? errorInstance.message : errorInstance) : undefined;
}

async function wrongWith({ server, context, counts }: FuzzedServer, draft: RequestDraft): Promise<string | undefined> {
  const nonce = randomBytes(12).toString('hex');
  const body = bodyOf(draft, context, nonce);
  const request = { method: 'POST', path: '/tep', headers: {}, body, secure: true, from: '192.0.2.1:9' };
  const began = performance.now();
  const answer = await server.respond(request).catch((thrown: unknown) => String(thrown));
  const tookMs = performance.now() - began;
  counts.requests++;
  counts.slowestMs = Math.max(counts.slowestMs, tookMs);
  if (typeof answer === 'string') return `The server threw: ${answer}`;
  if (tookMs > longestMs) return `The server took ${Math.round(tookMs)} ms.`;
  if (!known.has(answer.status)) return `HTTP ${answer.status}`;
  const text = Buffer.from(answer.body).toString('latin1');
  if (text.includes(context.password)) return 'The answer repeats the password.';
  if (answer.headers['content-length'] !== String(answer.body.length)) return 'Content-Length is not exact.';
  const decoded = read(answer.body);
  if (decoded === undefined) return `No message of the protocol: ${JSON.stringify(text.slice(0, 80))}`;
  if (decoded.kind !== 'issued') return undefined;
  counts.issued++;
  return wrongWithCertificate(decoded.certificate, server, context);
}

function read(body: Uint8Array): Answer | undefined {
  for (const operation of ['request', 'getcacert'] as const) {
    try {
      return decodeAnswer(operation, body);
    } catch {
      // It may be an answer to the other.
    }
  }
  return undefined;
}

/** By Node's own reader: the device's one key, its name, the CA of the server, and no CA. */
function wrongWithCertificate(
  der: Uint8Array,
  { authority }: ReferenceServer,
  { key }: RequestContext,
): string | undefined {
  const certificate = new X509Certificate(der);
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  if (Buffer.compare(spki, spkiOf(key.publicKey)) !== 0) return 'A certificate for a key whose owner asked for none.';
  if (!certificate.verify(authority.key.publicKey)) return 'A certificate that the CA did not sign.';
  // Node calls none a CA whose key usage is another; a careless reader may look at the basic constraints alone.
  if (certificate.ca || parseCertificate(der).basicConstraints?.ca) return 'A certificate of a CA.';
  return certificate.subject === `CN=${deviceName}` ? undefined : `A certificate for ${certificate.subject}.`;
}
