import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { scanPairs } from '#protocol/wire.ts';
import type { ReferenceServer } from '#reference-server/server.ts';
import { type AnswerContext, type Fault, falsify } from '#simulators/hostile/answer-fault.ts';
import { withEscapedBase64 } from '#simulators/hostile/answer-forms.ts';
import { createRevocationList, revokedSerial } from '#simulators/hostile/revocation-list.ts';
import type { ThirdPartyCa } from '#simulators/third-party-ca.ts';
import { faultyAnswer } from '../evidence/faulty-answer.ts';
import type { FaultyAnswer, Recorder } from '../evidence/recorder.ts';
import { pkcs10Of } from '../evidence/sent-pkcs10.ts';
import type { DeviceExchanges, Exchange } from './device-exchanges.ts';

/** Where the third-party CA lists what it revoked. */
export const listPath = '/third-party.crl';

/** What a lie is made of that needs no honest answer. */
const plainAnswer: HttpAnswer = { status: 200, headers: { 'content-type': 'text/plain' }, body: new Uint8Array() };

export interface DeviceAnswersParts {
  readonly recorder: Recorder;
  readonly exchanges: DeviceExchanges;
  readonly thirdParty: ThirdPartyCa;
  /** All that a false answer may be made of, but for what it answers. */
  readonly context: () => Omit<AnswerContext, 'honest' | 'spki' | 'clearinghouse' | 'profile' | 'now'>;
  readonly profile: CryptoProfile;
}

interface Given {
  readonly answer: HttpAnswer;
  readonly faulty?: FaultyAnswer | undefined;
}

/** What a device is answered: as the clearinghouse does, or with one fault or form. */
export class DeviceAnswers {
  clearinghouse: ReferenceServer;
  /** For the evidence: something is wrong with the server on purpose. */
  isHostile = false;
  escapesBase64 = false;
  /** The next request is answered by a cut connection. */
  cutsNext = false;
  readonly #parts: DeviceAnswersParts;
  /** `fixed`: the answer, where it is the same each time. */
  #lie: { fault: Fault; fixed?: HttpAnswer } | undefined;

  constructor(clearinghouse: ReferenceServer, parts: DeviceAnswersParts) {
    this.clearinghouse = clearinghouse;
    this.#parts = parts;
  }

  /** From now on, answers bear this fault; undefined: none. @returns the certificate that getcacert then gives, if it is known */
  async lie(fault: Fault | undefined): Promise<Uint8Array | undefined> {
    this.#lie = fault && { fault };
    if (fault?.operation !== 'getcacert' || ('answer' in fault && !fault.fingerprintAgrees)) return undefined;
    const fixed = await falsify(fault, this.#context(plainAnswer, new Uint8Array()));
    this.#lie = { fault, fixed };
    const given = scanPairs(fixed.body, () => {}).find(({ name }) => name === 'certificate' || name === 'cacert');
    return given && Buffer.from(Buffer.from(given.value).toString('latin1'), 'base64');
  }

  async respond(request: HttpRequest): Promise<HttpAnswer> {
    const { recorder, exchanges } = this.#parts;
    if (request.path === listPath) return this.#revocationList();
    const server = this.isHostile ? 'hostile server' : 'server';
    const exchange = exchanges.begin(request);
    recorder.request('device', server, request);
    if (this.cutsNext && exchange.operation === 'request') {
      this.cutsNext = false;
      recorder.arrow(server, 'device', 'connection cut', request.secure ? 'tls' : 'cleartext');
      await this.clearinghouse.respond(request);
      throw new Error('the connection is cut on purpose');
    }
    const given = this.#needsHonest(exchange) ? await this.clearinghouse.respond(request) : plainAnswer;
    const honest = this.escapesBase64 ? withEscapedBase64(given) : given;
    const { answer, faulty } = await this.#falsified(honest, exchange);
    exchange.answer = answer;
    exchange.answeredAt = performance.now();
    recorder.answer(server, 'device', request, answer, faulty);
    return answer;
  }

  #revocationList(): HttpAnswer {
    this.#parts.recorder.saw('The device asked for the list of revoked certificates.');
    const body = createRevocationList(this.#parts.thirdParty.root, [revokedSerial], new Date());
    const headers = { 'content-type': 'application/pkix-crl', 'content-length': `${body.length}` };
    return { status: 200, headers, body };
  }

  /** Is the honest answer sent, or what a lie is made of? */
  #needsHonest({ operation }: Exchange): boolean {
    const fault = this.#lie?.fault;
    const isMeant = fault !== undefined && (operation === 'getcacert') === (fault.operation === 'getcacert');
    return !(isMeant && 'answer' in fault && fault.alone);
  }

  /** What is answered, and what is wrong with it if anything is. */
  async #falsified(honest: HttpAnswer, { operation, request }: Exchange): Promise<Given> {
    const lie = this.#lie;
    const isAuthority = operation === 'getcacert';
    if (!lie || honest.status !== 200 || isAuthority !== (lie.fault.operation === 'getcacert'))
      return { answer: honest };
    if (lie.fault.inCleartext && request.secure) return { answer: honest };
    const context = this.#context(honest, isAuthority ? new Uint8Array() : pkcs10Of(request).spki);
    const answer = lie.fixed ?? (await falsify(lie.fault, context));
    return { answer, faulty: faultyAnswer(this.#parts.recorder, lie.fault, answer, context) };
  }

  #context(honest: HttpAnswer, spki: Uint8Array): AnswerContext {
    const { profile, context } = this.#parts;
    return { ...context(), honest, spki, clearinghouse: this.clearinghouse.authority, profile, now: new Date() };
  }
}
