import type { OspStatus } from '#protocol/osp/status.ts';
import { ipBytes } from '#protocol/pki/addresses.ts';
import type { CallContext } from './call-context.ts';

export type CallCheckId =
  | 'routing-enabled'
  | 'cdrs-enabled'
  | 'certificate-shown'
  | 'certificate-ours'
  | 'certificate-alive'
  | 'certificate-revoked'
  | 'caller-known'
  | 'caller-address'
  | 'caller-defined'
  | 'caller-enabled'
  | 'caller-enrolled'
  | 'own-transaction'
  | 'route';

export interface CallCheck {
  readonly id: CallCheckId;
  readonly citation: string;
  readonly status: OspStatus;
  /** Undefined when it holds; else what is wrong, for the device's operator. */
  judge(context: CallContext): string | undefined | Promise<string | undefined>;
}

const decisions = (section: string) => `Muster protocol decisions, «${section}»`;
const caller = decisions('What follows enrollment: who calls');

const routingEnabled: CallCheck = {
  // "If this parameter is not present, call routing will be disabled."
  id: 'routing-enabled',
  citation: 'WO 01/47232, routing',
  status: 503,
  judge: ({ parts }) => (parts.configuration.routing ? undefined : 'call routing is disabled at this server'),
};

const cdrsEnabled: CallCheck = {
  // "If this parameter is not present, CDR collection will be disabled."
  id: 'cdrs-enabled',
  citation: 'WO 01/47232, cdrs',
  status: 503,
  judge: ({ parts }) => (parts.configuration.cdrs ? undefined : 'this server collects no call detail records'),
};

/** Who it is that calls: by its certificate over TLS, by its numbers in cleartext. */
const whoCalls: readonly CallCheck[] = [
  {
    // "This public key can be used by the source device to initiate secure communications with the clearinghouse server."
    id: 'certificate-shown',
    citation: `WO 01/47232, Fig. 3A; ${caller}`,
    status: 401,
    judge: ({ parts: { caller: by } }) =>
      by.secure && !by.peerCertificate ? 'over TLS a device shows the certificate that it enrolled for' : undefined,
  },
  {
    // Signed by the clearinghouse CA of now, and one of those that this server issued.
    id: 'certificate-ours',
    citation: caller,
    status: 423,
    judge: async (context) => {
      if (!context.parts.caller.peerCertificate) return undefined;
      const fault = context.chainFault('all but dates');
      if (fault !== undefined) return fault;
      return (await context.record())?.device === context.deviceName ? undefined : 'this server did not issue it';
    },
  },
  {
    id: 'certificate-alive',
    citation: caller,
    status: 423,
    judge: (context) => (context.certificate ? context.chainFault('dates') : undefined),
  },
  {
    id: 'certificate-revoked',
    citation: caller,
    status: 424,
    judge: async (context) => ((await context.record())?.revokedAt === undefined ? undefined : 'it was revoked'),
  },
  {
    // In cleartext there is no proof: the numbers of Table 1 stand in the message.
    id: 'caller-known',
    citation: caller,
    status: 401,
    judge: ({ parts, deviceName }) =>
      parts.caller.secure || deviceName !== '' ? undefined : 'no device has this CustomerId and DeviceId',
  },
  {
    id: 'caller-address',
    citation: caller,
    status: 401,
    judge: ({ parts, deviceName }) => {
      const configured = ipBytes(deviceName);
      if (parts.caller.secure || !configured) return undefined;
      const seen = ipBytes(parts.caller.from.replace(/:\d+$/, '').replace(/^::ffff:(?=\d+\.)/i, ''));
      return seen && Buffer.compare(configured, seen) === 0 ? undefined : 'it does not come from its address';
    },
  },
  {
    id: 'caller-defined',
    citation: 'WO 01/47232, Table 8, device',
    status: 401,
    judge: ({ device }) => (device ? undefined : 'the device is not defined in the configuration file'),
  },
  {
    id: 'caller-enabled',
    citation: 'WO 01/47232, Table 8, device',
    status: 401,
    judge: ({ device }) => (device?.enabled === false ? 'the device is disabled' : undefined),
  },
  {
    // Over TLS its certificate has proved it.
    id: 'caller-enrolled',
    citation: caller,
    status: 401,
    judge: async (context) =>
      context.parts.caller.secure || (await context.isEnrolled()) ? undefined : 'the device is not enrolled',
  },
];

const route: CallCheck = {
  // "the clearinghouse server 125 can identify one or more destination devices for handling the outgoing call."
  id: 'route',
  citation: `WO 01/47232, Fig. 1; ${decisions('The configuration file: called numbers')}`,
  status: 404,
  judge: ({ destinations }) => (destinations.length > 0 ? undefined : 'no device that is enabled takes this call'),
};

const ownTransaction: CallCheck = {
  // A source reports what it asked for; whoever is called learned of the transaction from its token.
  id: 'own-transaction',
  citation: decisions('What follows enrollment: usage'),
  status: 401,
  judge: async ({ parts: { component, calls }, deviceName }) => {
    if (component.kind !== 'UsageIndication' || component.role !== 'source') return undefined;
    const authorized = await calls.findAuthorization(component.transactionId);
    return !authorized || authorized.device === deviceName ? undefined : 'this transaction is another device’s';
  },
};

/** What an authorization request and a usage indication must pass, in this order. The first that fails is the answer. */
export const callChecks: Readonly<Record<'AuthorizationRequest' | 'UsageIndication', readonly CallCheck[]>> = {
  AuthorizationRequest: [routingEnabled, ...whoCalls, route],
  UsageIndication: [cdrsEnabled, ...whoCalls, ownTransaction],
};

export interface CallRefusal {
  readonly status: OspStatus;
  readonly reason: string;
}

/** Undefined when all hold. */
export async function judgeCall(context: CallContext, omits: ReadonlySet<string>): Promise<CallRefusal | undefined> {
  for (const { id, status, judge } of callChecks[context.parts.component.kind]) {
    const reason = omits.has(id) ? undefined : await judge(context);
    if (reason !== undefined) return { status, reason };
  }
  return undefined;
}
