import { type PkiFault, pkiFaults, type TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { ClientHello } from '#simulators/hostile/raw-tls/client-hello.ts';
import type { RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { versionName } from '#simulators/hostile/raw-tls/numbers.ts';
import { RawTlsResponder } from '#simulators/hostile/raw-tls/responder.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { recordChain } from '../evidence/shown-chain.ts';
import { listPath } from './device-answers.ts';
import { type DevicePeer, putOnStage } from './device-peer.ts';
import { hostFor, otherNameOf } from './variation.ts';

/** The TLS that a device meets: the good chain of its case, or one fault at a time. */
export class PeerTls {
  readonly #peer: DevicePeer;

  constructor(peer: DevicePeer) {
    this.#peer = peer;
    const { shown, listener } = peer;
    shown.showAt(listener);
    listener.onOffer = ({ versions }) => {
      if (!versions.map(versionName).includes(shown.version ?? '')) this.speaksAnyVersion('does not offer it');
    };
  }

  /** What the device offered in the first connection that can be read; undefined when there was none. */
  get clientHello(): ClientHello | undefined {
    return this.#peer.listener.contacts.find(({ clientHello }) => clientHello)?.clientHello;
  }

  /** From now on, TLS shows a chain with this fault. */
  async present(fault: PkiFault): Promise<void> {
    const { recorder, shown, told, answers, thirdParty } = this.#peer;
    answers.isHostile = !fault.good;
    const now = new Date();
    const identity = fault.id === pkiFaults.none.id ? shown.good : await this.#forged(fault, now);
    if (fault.id !== pkiFaults.none.id) {
      const what = fault.good ? 'the good chain' : 'a certificate with the fault';
      recorder.stimulus(`The server shows ${what} “${fault.id}”: ${fault.explanation}`);
    }
    const { anchorPem } = thirdParty;
    await told.anchor(identity.anchorPem ?? anchorPem);
    if (!recorder.isPaused) {
      const good = fault.good
        ? undefined
        : { anchorPem, ...(await this.#forged(fault.control ?? pkiFaults.none, now)) };
      recordChain(recorder, fault, { anchorPem, ...identity }, good);
    }
    shown.show(identity);
    putOnStage(this.#peer, fault.id === pkiFaults.none.id ? undefined : fault, shown.now);
  }

  /** From now on, TLS is spoken by hand with the good certificate, and with this fault in the handshake. */
  async presentRaw(fault: RawTlsFault): Promise<void> {
    const { recorder, shown, answers, listener } = this.#peer;
    answers.isHostile = Object.keys(fault.deviation).length > 0;
    // The version is that of the fault.
    shown.version = undefined;
    const what = `TLS by hand, “${fault.id}”: ${fault.explanation}`;
    if (answers.isHostile) recorder.stimulus(what);
    else recorder.did(what);
    const other = fault.deviation.renegotiates ? (await this.#forged(pkiFaults['unknown-ca'])).chainPem : undefined;
    listener.presentRaw(await RawTlsResponder.create(fault, shown.good, other));
    putOnStage(this.#peer, fault);
  }

  /** From now on there is no TLS where it is due; undefined brings the good server back. */
  async withhold(outage: TlsOutage | undefined): Promise<void> {
    await this.present(pkiFaults.none);
    if (!outage) return;
    const { recorder, shown, answers, listener } = this.#peer;
    answers.isHostile = true;
    recorder.stimulus(`TLS cannot be had, “${outage.id}”: ${outage.explanation}`);
    listener.withholdTls(outage);
    putOnStage(this.#peer, outage, shown.good);
  }

  /** From now on the good certificate bears the other name of the bench too, so that a device gets in where redirects lead. */
  async bearOtherName(): Promise<void> {
    const { judge, shown, plan } = this.#peer;
    const { listen, name } = plan.network;
    const other = otherNameOf(plan.network);
    if (other === undefined) {
      return judge.notApplicable(
        `The bench listens on ${listen} as ${name}, and a device knows it by no other name: give a DNS name with --name, and one address with --listen.`,
      );
    }
    await shown.renew([shown.host, other]);
    await this.present(pkiFaults.none);
  }

  /**
   * From now on the server is as the case has it: the device is told that identity, for which the good certificate is made
   * out, and TLS is of one version.
   */
  async vary(): Promise<void> {
    const { judge, recorder, plan, fixes, variation, shown, told, listener } = this.#peer;
    shown.version = variation.version;
    const found = hostFor(variation.reach, plan.network);
    if ('why' in found && fixes.reach) return judge.notApplicable(found.why);
    const { host } = 'host' in found ? found : shown;
    if (host !== shown.host) {
      shown.host = host;
      await shown.renew();
      told.host(host, listener.ports.tls);
    }
    shown.show(shown.good);
    recorder.did(`The device is told that the server is ${host}; TLS is ${shown.version}, unless spoken by hand.`);
  }

  /** From now on the server gives tickets, so that a device may ask for its session again. */
  offerSessions(): void {
    this.#peer.recorder.did('The server gives tickets: a device may ask for the session again.');
    this.#peer.shown.offerSessions();
  }

  /** The one TLS version of this case is given up; false when it was already. */
  speaksAnyVersion(because: string): boolean {
    const { recorder, shown } = this.#peer;
    const { version } = shown;
    if (version === undefined) return false;
    recorder.did(`The device was shown ${version} alone, and ${because}: TLS is as the profile says.`);
    shown.speakAnyVersion();
    return true;
  }

  /** What the device was told of the server's identity, when it is a name that the bench made up (RFC 6761 §6.3). */
  get madeUpName(): string | undefined {
    const { shown, plan } = this.#peer;
    return shown.host.endsWith('.localhost') && shown.host !== plan.network.name ? shown.host : undefined;
  }

  #forged(fault: PkiFault, now?: Date): Promise<TlsIdentity> {
    const { shown, answers, plan, listener } = this.#peer;
    const listUrl = `http://${plan.network.name}:${listener.ports.http}${listPath}`;
    return shown.forge(fault, answers.clearinghouse.authority, listUrl, now);
  }
}
