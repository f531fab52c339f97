import type { Fault } from '#simulators/hostile/answer-fault.ts';
import { createClearinghouse } from './bench-clearinghouse.ts';
import { type DevicePeer, putOnStage } from './device-peer.ts';

/** What a device is answered inside good TLS, and what it knows of the clearinghouse out of band: honest, or as a case wants it. */
export class PeerAnswers {
  readonly #peer: DevicePeer;

  constructor(peer: DevicePeer) {
    this.#peer = peer;
  }

  /** From now on, answers bear this fault; undefined makes the server honest again. */
  async lie(fault: Fault | undefined): Promise<void> {
    const { recorder, answers, shown, told } = this.#peer;
    answers.isHostile = fault !== undefined && !fault.allowed;
    putOnStage(this.#peer, fault, shown.now);
    if (fault) {
      const how = fault.allowed ? 'in the form' : 'with the fault';
      recorder.stimulus(`The server answers ${how} “${fault.id}”: ${fault.explanation}`);
    }
    const given = await answers.lie(fault);
    told.fingerprintOf(fault?.fingerprintAgrees && given ? given : this.#authorityDer);
  }

  /** From now on the device is told the fingerprint of the CA certificate out of band, or it is not. */
  tellFingerprint(told: boolean): void {
    this.#peer.recorder.did(`The device is told ${told ? 'the' : 'no'} fingerprint of the CA certificate.`);
    this.#peer.told.fingerprintOf(this.#authorityDer, told);
  }

  /** From now on the same clearinghouse demands a challenge (protocol decisions, «Proof of possession»). */
  async demandChallenge(): Promise<void> {
    const { recorder, plan, identity, shown, answers, told } = this.#peer;
    recorder.did('The server demands a challenge: its getcacert answer bears a nonce.');
    answers.clearinghouse = await createClearinghouse(plan, identity, shown.good, { proofOfPossession: 'challenge' });
    told.fingerprintOf(this.#authorityDer);
  }

  /** From now on base64 stands escaped in every honest answer, or raw. */
  escapeBase64(escapes: boolean): void {
    this.#peer.recorder.did(`In its answers the server ${escapes ? 'escapes base64' : 'leaves base64 raw'}.`);
    this.#peer.answers.escapesBase64 = escapes;
  }

  /** The next request over TLS is answered by a cut connection. */
  cutNext(): void {
    this.#peer.recorder.did('The connection is cut before the answer to the request.');
    this.#peer.answers.cutsNext = true;
  }

  get #authorityDer(): Uint8Array {
    return this.#peer.answers.clearinghouse.authority.certificate.der;
  }
}
