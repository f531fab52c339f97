import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#protocol/clock.ts';
import { type Configuration, type Device, deviceKey, type Route } from '#protocol/config-file/configuration.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { AuthorizationRequest, AuthorizationResponse, Destination } from '#protocol/osp/authorization.ts';
import { type Component, type Envelope, type OspMessage, readComponent } from '#protocol/osp/message.ts';
import { type OspStatus, ospStatusTable } from '#protocol/osp/status.ts';
import type { UsageConfirmation, UsageIndication } from '#protocol/osp/usage.ts';
import type { XmlElement } from '#protocol/osp/xml-reader.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { Credentials } from '../accounts.ts';
import type { Audit } from '../audit.ts';
import type { Flaw } from '../flaw.ts';
import type { Store } from '../store/store.ts';
import { type CallRefusal, judgeCall } from './call-checks.ts';
import { CallContext, type Caller } from './call-context.ts';
import type { CallStore, UsageRecord } from './call-store.ts';
import { draw, type Random, RouteTable } from './routing.ts';
import { TokenSigner } from './token-signer.ts';

/** A gateway tries no more than a few destinations, and no answer may be longer than gateways read. */
const mostDestinations = 16;
/** How long a destination takes the token for a call that begins, and how far its clock may be behind. */
const validSeconds = 300;
const backdateSeconds = 60;
/** How long a call may last. */
const allowedSeconds = 14_400;

export interface ClearinghouseParts {
  readonly profile: CryptoProfile;
  readonly store: Store;
  readonly calls: CallStore;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly flaw: Flaw;
  readonly random: Random;
  /** Asked anew for each message, since a reload may change them. */
  readonly authority: () => Authority;
  readonly configuration: () => Configuration;
  readonly credentials: () => Credentials;
}

/** What enrollment is for (WO 01/47232, Fig. 1): says where calls may go, and takes down what became of them. */
export class Clearinghouse {
  readonly #parts: ClearinghouseParts;
  readonly #signer: TokenSigner;
  #table: { readonly of: readonly Route[]; readonly routes: RouteTable } | undefined;

  constructor(parts: ClearinghouseParts) {
    this.#parts = parts;
    this.#signer = new TokenSigner(parts.profile);
  }

  /** The routes of the configuration in force. */
  get routes(): RouteTable {
    const { routes: of } = this.#parts.configuration();
    if (this.#table?.of !== of) this.#table = { of, routes: new RouteTable(of, this.#parts.flaw.routing) };
    return this.#table.routes;
  }

  /** One answer for each component: a wrong one takes no other with it. */
  async answer({ messageId, random, elements }: Envelope, caller: Caller): Promise<OspMessage> {
    const components: Component[] = [];
    for (const element of elements) components.push(await this.#answerTo(element, caller));
    return { messageId, ...(random === undefined ? {} : { random }), components };
  }

  async #answerTo(element: XmlElement, caller: Caller): Promise<Component> {
    try {
      const component = readComponent(element);
      if (component.kind === 'AuthorizationRequest') return await this.#authorize(component, caller);
      if (component.kind === 'UsageIndication') return await this.#account(component, caller);
      return { kind: 'Status', status: statusFor(400) };
    } catch (thrown) {
      const code = statusOfError(thrown);
      if (code === undefined) throw thrown;
      const detail = messageOf(thrown);
      this.#parts.audit({ event: 'call-refused', from: caller.from, status: code, detail });
      const status = statusFor(code, detail);
      const about = { componentId: element.attributes.get('componentId') || '0', timestamp: this.#now(), status };
      if (element.name === 'AuthorizationRequest') return { kind: 'AuthorizationResponse', ...about, destinations: [] };
      return element.name === 'UsageIndication' ? { kind: 'UsageConfirmation', ...about } : { kind: 'Status', status };
    }
  }

  async #authorize(request: AuthorizationRequest, caller: Caller): Promise<AuthorizationResponse> {
    const { flaw, calls, audit } = this.#parts;
    const context = this.#contextOf(request, caller);
    const refusal = await judgeCall(context, flaw.omits);
    const { componentId, calledNumber, sourceInfo, maximumDestinations = mostDestinations } = request;
    const about = { kind: 'AuthorizationResponse', componentId, timestamp: this.#now() } as const;
    if (refusal) return { ...about, status: this.#refused(context, refusal), destinations: [] };
    const transactionId = String((randomBytes(8).readBigUInt64BE() >> 1n) | 1n);
    const devices = context.destinations.slice(0, Math.min(maximumDestinations, mostDestinations));
    const destinations = await Promise.all(
      devices.map((device, i) => this.#destination(request, transactionId, device, i)),
    );
    const names = devices.map(({ name }) => name);
    await calls.addAuthorization({
      transactionId,
      at: about.timestamp.getTime(),
      device: context.deviceName,
      group: context.group,
      calledNumber,
      ...(sourceInfo ? { callingNumber: sourceInfo.value } : {}),
      destinations: names.map(deviceKey),
      from: caller.from,
    });
    const detail = `transaction ${transactionId}, to ${calledNumber}: ${names.join(', ')}`;
    audit({ event: 'authorized', device: context.deviceName, from: caller.from, detail });
    return { ...about, status: statusFor(200), transactionId, destinations };
  }

  async #destination(
    { callIds, calledNumber, sourceInfo }: AuthorizationRequest,
    transactionId: string,
    { name }: Device,
    place: number,
  ): Promise<Destination> {
    const now = this.#now().getTime();
    const content = {
      callId: callIds[place] ?? callIds[0] ?? new Uint8Array(),
      calledNumber,
      validAfter: new Date(now - backdateSeconds * 1000),
      validUntil: new Date(now + validSeconds * 1000),
      amount: allowedSeconds,
    };
    const callingNumber = sourceInfo?.value;
    const token = await this.#signer.sign({ ...content, transactionId, callingNumber }, this.#parts.authority());
    return { ...content, signalAddress: `[${name}]`, token };
  }

  async #account(usage: UsageIndication, caller: Caller): Promise<UsageConfirmation> {
    const { flaw, calls, audit } = this.#parts;
    const context = this.#contextOf(usage, caller);
    const refusal = await judgeCall(context, flaw.omits);
    const about = { kind: 'UsageConfirmation', componentId: usage.componentId, timestamp: this.#now() } as const;
    if (refusal) return { ...about, status: this.#refused(context, refusal) };
    const record = recordOf(usage, context.deviceName, about.timestamp);
    const digest = flaw.usageDigest?.(record) ?? record.digest;
    const isNew = await calls.addUsage({ ...record, digest });
    const seconds = usage.detail.amount ?? 0;
    const detail = `transaction ${usage.transactionId}, as ${usage.role}, ${seconds} s${isNew ? '' : ', as before'}`;
    audit({ event: 'usage', device: context.deviceName, from: caller.from, detail });
    return { ...about, status: statusFor(201) };
  }

  /** Why, a device is told over TLS alone: in cleartext anyone could ask which devices there are. */
  #refused({ parts, deviceName: device }: CallContext, { status, reason }: CallRefusal) {
    const { from, secure } = parts.caller;
    const event = parts.component.kind === 'UsageIndication' ? 'usage-refused' : 'authorization-refused';
    this.#parts.audit({ event, device, from, status, detail: reason });
    return statusFor(status, secure ? reason : undefined);
  }

  #contextOf(component: AuthorizationRequest | UsageIndication, caller: Caller): CallContext {
    const { store, calls, profile, random, flaw } = this.#parts;
    const configuration = this.#parts.configuration();
    return new CallContext({
      component,
      caller,
      configuration,
      credentials: this.#parts.credentials(),
      authority: this.#parts.authority(),
      profile,
      store,
      calls,
      now: this.#now(),
      draw: (group, calledNumber) => {
        const route = this.routes.find(group, calledNumber);
        return route ? draw(route, configuration.devices, random, flaw.routing) : [];
      },
    });
  }

  #now(): Date {
    return this.#parts.clock.now();
  }
}

export function statusFor(code: OspStatus, reason?: string) {
  const text = ospStatusTable[code];
  return { code, description: reason === undefined ? text : `${text}: ${reason}` };
}

/** What the readers of XML and of messages say of what they could not read; undefined: it is no error of theirs. */
export function statusOfError(thrown: unknown): OspStatus | undefined {
  if (!(thrown instanceof MusterError)) return undefined;
  if (thrown.code === 'osp-malformed') return thrown.details.status as OspStatus;
  if (thrown.code !== 'xml-malformed') return undefined;
  return thrown.details.encoding === true ? 410 : 411;
}

/**
 * A report is the same when it says the same, whenever it was sent and under whatever id: whoever got no answer sends it
 * again (Muster protocol decisions, «What follows enrollment: usage»).
 */
function recordOf(usage: UsageIndication, device: string, at: Date): UsageRecord {
  const { kind: _kind, componentId: _id, timestamp: _sent, callId, ...same } = usage;
  const base64 = Buffer.from(callId).toString('base64');
  const digest = createHash('sha256')
    .update(JSON.stringify([device, base64, same]))
    .digest('hex');
  const { role, transactionId, calledNumber, sourceInfo, destinationAlternates, detail } = usage;
  const destination = destinationAlternates.find(({ type }) => type === 'transport')?.value;
  return {
    digest,
    at: at.getTime(),
    device,
    role,
    transactionId,
    callId: base64,
    calledNumber,
    ...(sourceInfo ? { callingNumber: sourceInfo.value } : {}),
    ...(destination === undefined ? {} : { destination }),
    detail,
  };
}
