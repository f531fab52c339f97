import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';

/** The path at which redirects lead: who asks there followed one. */
export const elsewherePath = '/elsewhere';

/** What a lying clearinghouse knows when it answers one message. */
export interface AnswerContext {
  readonly honest: HttpAnswer;
  readonly clearinghouse: Authority;
  readonly deviceName: string;
  /** SPKI of the PKCS#10 that was sent, DER; empty for getcacert. */
  readonly spki: Uint8Array;
  readonly profile: CryptoProfile;
  readonly now: Date;
  /** Where a redirect may lead: the same clearinghouse in cleartext, and under another name. */
  readonly elsewhere: { readonly cleartext: string; readonly otherHost: string };
  /** How long the device may wait for an answer that does not end. */
  readonly patienceSeconds: number;
}

interface Misbehaviour {
  readonly id: string;
  readonly explanation: string;
  readonly operation: 'getcacert' | 'enrollment';
  /** The protocol allows this form: the device must take it for the honest answer that it is. */
  readonly allowed?: boolean;
  /** Somebody in the cleartext path says it; over TLS the answer is the honest one. */
  readonly inCleartext?: true;
  /** The device is told the fingerprint of what it will be given, so that only the other fault is there. */
  readonly fingerprintAgrees?: boolean;
}

/** One way in which an answer inside good TLS is wrong, as data. Bodies are written by hand, not by the encoder. */
export interface AnswerFault extends Misbehaviour {
  /** The body that takes the place of the honest one. */
  body(context: AnswerContext): Promise<string>;
}

/** One way in which what carries an answer is wrong: its status, its headers, or the bytes on the connection. */
export interface TransportFault extends Misbehaviour {
  answer(context: AnswerContext): HttpAnswer | Promise<HttpAnswer>;
  /** There may be no answer at all to understand: a device that reports none is not to blame. */
  readonly transport: true;
  /** It is made without the honest answer, which is then not asked for. */
  readonly alone?: true;
}

export type Fault = AnswerFault | TransportFault;

/** The honest answer with the fault in it. */
export async function falsify(fault: Fault, context: AnswerContext): Promise<HttpAnswer> {
  if (context.honest.status !== 200) {
    throw new MusterError(
      'bench-broken',
      `Only a good answer can be falsified; this one is HTTP ${context.honest.status}.`,
    );
  }
  if ('answer' in fault) return fault.answer(context);
  const body = Buffer.from(await fault.body(context), 'latin1');
  return { status: 200, headers: { ...context.honest.headers, 'content-length': String(body.length) }, body };
}
