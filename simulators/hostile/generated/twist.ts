import type fc from 'fast-check';
import type { HttpAnswer } from '#protocol/http.ts';
import type { SignatureId } from '#protocol/pki/algorithms.ts';
import { type Authority, type CertificateTemplate, type Issuer, signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { AnswerContext } from '../answer-fault.ts';
import { authorityTemplate, base64, deviceTemplate, otherAuthority } from '../answer-parts.ts';

export type AnsweredOperation = 'getcacert' | 'enrollment';

/** What a server knows that answers with twists. Keys take time: those of others are made once. */
export interface TwistContext extends AnswerContext {
  readonly operation: AnsweredOperation;
  readonly others: Others;
}

export interface Others {
  /** A CA of the same name with another key. */
  readonly authority: Authority;
  /** Another device's public key. */
  readonly spki: Uint8Array;
}

/** A certificate that is about to be signed. */
export interface Unsigned {
  readonly template: CertificateTemplate;
  readonly issuer: Issuer;
  readonly signature: SignatureId;
}

/** The stages through which an answer is made, in order. A twist changes what one of them gives to the next. */
export interface Stages {
  readonly certificate: Unsigned;
  readonly der: Uint8Array;
  readonly base64: string;
  readonly pairs: readonly string[];
  readonly body: string;
  readonly http: HttpAnswer;
}

export type Stage = keyof Stages;

export type Change<S extends Stage> = (before: Stages[S], context: TwistContext) => Stages[S];

/** One way in which an answer differs from the plain good one, as data: the value, drawn at random, says how exactly. */
export interface Twist {
  readonly id: string;
  readonly explanation: string;
  readonly stage: Stage;
  /** The answer stays as good as it was: the protocol allows this form. */
  readonly allowed: boolean;
  /** Only in answers to this; in both when absent. */
  readonly only?: AnsweredOperation;
  readonly drawn: fc.Arbitrary<DrawnTwist>;
}

/** A twist with its value. Shown as `id(value)` in a counterexample. */
export class DrawnTwist {
  readonly twist: Pick<Twist, 'id' | 'explanation' | 'stage' | 'allowed'>;
  readonly value: unknown;
  readonly changes: { readonly [S in Stage]?: Change<S> };

  constructor(twist: DrawnTwist['twist'], value: unknown, changes: DrawnTwist['changes']) {
    this.twist = twist;
    this.value = value;
    this.changes = changes;
  }

  toString(): string {
    return `${this.twist.id}(${this.value === null ? '' : JSON.stringify(this.value)})`;
  }
}

type Row = Pick<Twist, 'explanation'> & Partial<Pick<Twist, 'allowed' | 'only'>>;

/** The rows of one stage: id, what it means, the values, and what a value does. */
export function twistsOf<S extends Stage>(stage: S) {
  return <Value>(
    id: string,
    row: Row,
    values: fc.Arbitrary<Value>,
    change: (value: Value, ...at: Parameters<Change<S>>) => Stages[S],
  ): Twist => {
    const about = { id, stage, allowed: false, ...row };
    const drawn = values.map((value) => {
      const changed: Change<S> = (before, context) => change(value, before, context);
      return new DrawnTwist(about, value, { [stage]: changed });
    });
    return { ...about, drawn };
  };
}

export async function makeOthers(context: Parameters<typeof otherAuthority>[0]): Promise<Others> {
  const { publicKey } = await generateKeyPair(context.profile.deviceKey);
  return { authority: await otherAuthority(context), spki: spkiOf(publicKey) };
}

/** The answer with these twists in it; with none, the plain good one. */
export function twisted(twists: readonly DrawnTwist[], context: TwistContext): HttpAnswer {
  const changed = <S extends Stage>(stage: S, start: Stages[S]): Stages[S] =>
    twists.reduce((before, { changes }) => changes[stage]?.(before, context) ?? before, start);
  const isResigned = context.operation === 'enrollment' || twists.some(({ twist }) => twist.stage === 'certificate');
  const { template, issuer, signature } = changed('certificate', unsigned(context));
  const signed = isResigned ? signCertificate(template, issuer, signature) : context.clearinghouse.certificate.der;
  const text = changed('base64', base64(changed('der', signed)));
  const pairs = changed('pairs', ['status=0', `${certificateName(context)}=${text}`]);
  const body = Buffer.from(changed('body', pairs.join('&')), 'latin1');
  const headers = { 'content-type': 'text/plain', 'content-length': String(body.length) };
  return changed('http', { status: 200, headers, body });
}

export function certificateName({ operation }: Pick<TwistContext, 'operation'>): 'certificate' | 'cert' {
  return operation === 'getcacert' ? 'certificate' : 'cert';
}

function unsigned(context: TwistContext): Unsigned {
  const { clearinghouse, operation } = context;
  const { certificate, key, signature } = clearinghouse;
  if (operation === 'enrollment') {
    return {
      template: deviceTemplate(context, {}),
      issuer: { subject: certificate.subject, key, certificate },
      signature,
    };
  }
  return { template: authorityTemplate(context, 365), issuer: { subject: certificate.subject, key }, signature };
}
