import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { verifyChain } from '#protocol/pki/chain.ts';
import { fingerprint, sameFingerprint } from '#protocol/pki/keys.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { clientContext, dialTls } from '#simulators/gateway/connection.ts';
import { Deadline } from '#simulators/gateway/deadline.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import { type Check, fail, ok, type Seen, unknown, warn } from './check.ts';

/** A server under test, as `muster certify server` is told. */
export interface Target {
  readonly tlsUrl: string;
  readonly httpUrl: string;
  readonly anchorPem: string;
  /** SHA-256 or SHA-1 of its CA certificate, given out of band. */
  readonly fingerprint?: string | undefined;
  readonly profile: CryptoProfile;
  readonly timeoutSeconds: number;
}

/** Clocks that differ by more make certificates of a minute fail at one side. */
const mostSkewSeconds = 60;

export function targetChecks(target: Target): readonly Check[] {
  let cleartext: HttpAnswer | undefined;
  const askedInClear = async (): Promise<HttpAnswer> => {
    cleartext ??= await ask(target, target.httpUrl);
    return cleartext;
  };
  return [
    {
      id: 'target-cleartext',
      expected: `an answer at ${target.httpUrl}`,
      look: async () => reachedSeen(askedInClear, 'Start the server, or mend --cleartext: host, port, firewall.'),
    },
    {
      id: 'target-tls',
      expected: `TLS at ${target.tlsUrl}, the server verified with --anchor`,
      look: () => tlsSeen(target),
    },
    {
      id: 'target-getcacert',
      expected: 'the CA certificate as the answer to getcacert',
      needs: 'target-cleartext',
      look: async () => caSeen(await askedInClear(), target.fingerprint),
    },
    {
      id: 'target-clock',
      expected: `a clock within ${mostSkewSeconds} s of this one`,
      needs: 'target-cleartext',
      look: async () => skewSeen((await askedInClear()).headers.date, new Date()),
    },
  ];
}

function ask({ profile, timeoutSeconds }: Target, url: string): Promise<HttpAnswer> {
  return sendRaw({ url, body: encodeRequest({ operation: 'getcacert' }), profile, timeoutSeconds });
}

async function reachedSeen(asked: () => Promise<HttpAnswer>, mend: string): Promise<Seen> {
  try {
    return ok(`HTTP ${(await asked()).status}`);
  } catch (thrown) {
    if (thrown instanceof MusterError) return fail(thrown.message, mend);
    throw thrown;
  }
}

/** A handshake, judged as a device judges it. */
async function tlsSeen({ tlsUrl, anchorPem, profile, timeoutSeconds }: Target): Promise<Seen> {
  const url = new URL(tlsUrl);
  const anchors = fromPem(anchorPem, 'CERTIFICATE').map(parseCertificate);
  if (anchors.length === 0)
    return fail('no certificate in --anchor', 'Name the PEM file of the CA that vouches for it.');
  let shown: { chain: readonly Certificate[]; cipher: string } | undefined;
  const dial = dialTls(url, clientContext(tlsOptions(profile)), ({ chain, cipher }) => {
    shown = { chain: chain.map(parseCertificate), cipher };
  });
  const deadline = new Deadline(timeoutSeconds);
  try {
    (await dial(deadline).finally(() => deadline.clear())).destroy();
  } catch (thrown) {
    const { outcome } = Object(thrown) as { outcome?: { reason?: string } };
    return fail(
      outcome?.reason ?? String(thrown),
      'Start the server, mend --target, or choose the --profile of its TLS.',
    );
  }
  if (!shown) return fail('no certificate', 'Let the server show its certificate.');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const results = verifyChain({ chain: shown.chain, anchors, at: new Date(), purpose: 'server', host, profile });
  const faults = results.filter(({ ok: holds }) => !holds).map(({ id, detail }) => `${id}: ${detail}`);
  if (faults.length === 0) return ok(`${shown.cipher}, ${shown.chain[0]?.subjectText ?? ''}`);
  return fail(
    faults.join('; '),
    'Name with --anchor the CA that its certificate is of, and with --target a name that stands in it.',
  );
}

export function caSeen({ status, body }: Pick<HttpAnswer, 'status' | 'body'>, expected: string | undefined): Seen {
  const mend = 'Mend the path of --cleartext (/tep), or the server: without its CA certificate no device enrolls.';
  if (status !== 200) return fail(`HTTP ${status}`, mend);
  const answer = decodeAnswer('getcacert', body);
  if (answer.kind !== 'cacert') return fail(`the answer «${answer.kind}»`, mend);
  const certificate = parseCertificate(answer.certificate);
  const sha256 = fingerprint(certificate.der, 'sha256');
  const seen = `${certificate.subjectText}, SHA-256 ${sha256}`;
  if (certificate.basicConstraints?.ca !== true) return fail(`${seen}, which is no CA certificate`, mend);
  if (expected === undefined) return ok(seen);
  const known = [sha256, fingerprint(certificate.der, 'sha1')].some((each) => sameFingerprint(each, expected));
  return known ? ok(seen) : fail(seen, `--fingerprint says ${expected}: ask the administrator for the right one.`);
}

/** `date`: the header of an answer. */
export function skewSeen(date: string | undefined, now: Date): Seen {
  const there = Date.parse(date ?? '');
  if (Number.isNaN(there)) return unknown('its answers have no Date', 'Compare the clocks by hand: date -u, on both.');
  const seconds = Math.round((there - now.getTime()) / 1000);
  const seen = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} this one`;
  return Math.abs(seconds) <= mostSkewSeconds
    ? ok(seen)
    : warn(seen, 'Set the clock that is wrong: dates of certificates are judged by it.');
}
