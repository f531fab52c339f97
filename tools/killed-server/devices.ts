import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '#harness/case/identity.ts';
import { MusterError } from '#protocol/errors.ts';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import type { KilledServer } from './server.ts';

const profile = profiles.modern;

/** Devices that enroll, wait, retrieve and enroll anew, and remember all that they were told. */
export class Devices {
  readonly broken: string[] = [];
  readonly #server: KilledServer;
  /** Serial number, and whose PKCS#10 got it. */
  readonly #serials = new Map<string, string>();
  readonly #counts = { requests: 0, issued: 0, lost: 0 };
  #stopping = false;
  /** Messages that were sent and are not answered yet. */
  #underWay = 0;
  #onAsking = (): void => {};

  constructor(server: KilledServer) {
    this.#server = server;
  }

  get summary(): string {
    const { requests, issued, lost } = this.#counts;
    return `${requests} requests, ${issued} certificates, ${lost} answers lost; ${this.broken.length} promises broken`;
  }

  async run(): Promise<void> {
    await Promise.all(this.#server.identities.map((identity) => this.#live(identity)));
  }

  /** Resolves when a message is under way. */
  async asking(): Promise<void> {
    if (this.#underWay === 0) await new Promise<void>((resolve) => (this.#onAsking = resolve));
  }

  /** What is under way comes to its end. */
  stop(): void {
    this.#stopping = true;
  }

  async #live(identity: Identity): Promise<void> {
    while (!this.#stopping && this.broken.length === 0) {
      const { deviceName } = identity;
      const key = await generateKeyPair(profile.deviceKey);
      const pkcs10 = goodPkcs10({ deviceName, key, profile });
      const request: EnrollmentMessage = { operation: 'request', nonce: randomBytes(8), ...identity, pkcs10 };
      const retrieve: EnrollmentMessage = { ...request, operation: 'retrieve' };
      this.#counts.requests += 1;
      this.#expect(deviceName, 'a new request', await this.#until(request), 'pending');
      this.#expect(deviceName, 'a retrieve before the approval', await this.#until(retrieve), 'pending');
      await this.#approve(deviceName);
      const first = await this.#until(retrieve);
      this.#expect(deviceName, 'a retrieve after the approval', first, 'issued');
      const again = await this.#until(request);
      this.#expect(deviceName, 'the same request after all', again, 'issued');
      if (first?.kind !== 'issued' || again?.kind !== 'issued') continue;
      this.#counts.issued += 1;
      const { serialNumber } = parseCertificate(first.certificate);
      const owner = this.#serials.get(serialNumber);
      if (owner !== undefined)
        this.broken.push(`The serial number ${serialNumber} of ${owner} was given to ${deviceName} too.`);
      this.#serials.set(serialNumber, deviceName);
      if (Buffer.compare(first.certificate, again.certificate) !== 0) {
        this.broken.push(`${deviceName} got two certificates for one PKCS#10.`);
      }
    }
  }

  #expect(deviceName: string, what: string, answer: Answer | undefined, kind: Answer['kind']): void {
    // Undefined: a promise was broken, and the run is over.
    if (answer === undefined || answer.kind === kind) return;
    const seen = answer.kind === 'refused' ? `refused with status ${answer.status}` : answer.kind;
    this.broken.push(`${deviceName}: ${what} was answered "${seen}"; "${kind}" had been promised.`);
  }

  /** The same message until it is answered: an answer that was lost is asked for again. */
  async #until(message: EnrollmentMessage): Promise<Answer | undefined> {
    while (this.broken.length === 0) {
      try {
        const body = encodeRequest(message);
        this.#underWay += 1;
        this.#onAsking();
        const asked = sendRaw({ url: this.#server.tlsUrl, body, profile, timeoutSeconds: 5 });
        const { status, body: answer } = await asked.finally(() => (this.#underWay -= 1));
        if (status === 200) return decodeAnswer(message.operation, answer);
      } catch (thrown) {
        if (!(thrown instanceof MusterError) || thrown.code !== 'bench-broken') throw thrown;
      }
      this.#counts.lost += 1;
      await delay(20);
    }
    return undefined;
  }

  /** Until the request waits no more: the word of an administrator may be lost as well. */
  async #approve(deviceName: string): Promise<void> {
    while (this.broken.length === 0) {
      try {
        const waiting = (await this.#server.operator.list('pending')).find(({ device }) => device === deviceName);
        if (!waiting) return;
        await this.#server.operator.approve(waiting.id);
        return;
      } catch (thrown) {
        if (!(thrown instanceof MusterError)) throw thrown;
        await delay(20);
      }
    }
  }
}
