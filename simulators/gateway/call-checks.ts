import type { AuthorizationRequest, AuthorizationResponse } from '#protocol/osp/authorization.ts';
import type { OspMessage } from '#protocol/osp/message.ts';
import type { Check } from './checks.ts';

export interface CallSubject {
  readonly asked: OspMessage;
  readonly request: AuthorizationRequest;
  readonly answered: OspMessage;
  readonly response: AuthorizationResponse;
  readonly at: Date;
  readonly clockSkewSeconds: number;
}

const citation = 'Muster protocol decisions, «What follows enrollment»';

/** What the answer to an authorization request must be before a call goes where it says. */
export const callChecks: readonly Check<CallSubject>[] = [
  {
    id: 'call.answer',
    sentence: 'it answers this message',
    citation,
    failure: ({ asked, request, answered, response }) => {
      const same =
        answered.messageId === asked.messageId &&
        answered.random === asked.random &&
        response.componentId === request.componentId;
      return same ? undefined : 'messageId, random or componentId are not those of the request';
    },
  },
  {
    id: 'call.destinations',
    sentence: 'each destination is for this call',
    citation,
    failure: ({ request, response }) => {
      const known = new Set(request.callIds.map((callId) => Buffer.from(callId).toString('hex')));
      const strange = response.destinations.find(
        ({ callId, calledNumber }) =>
          calledNumber !== request.calledNumber || !known.has(Buffer.from(callId).toString('hex')),
      );
      return strange && `${strange.signalAddress} is for another call`;
    },
  },
  {
    id: 'call.grant',
    sentence: 'what is granted has a transaction and a destination',
    citation,
    failure: ({ response: { status, transactionId, destinations } }) => {
      if (status.code === 200) return transactionId && destinations[0] ? undefined : 'it has none';
      return destinations[0] ? 'what is refused has a destination all the same' : undefined;
    },
  },
  {
    id: 'call.validity',
    sentence: 'each destination may be called now',
    citation,
    failure: ({ response, at, clockSkewSeconds }) => {
      const skew = clockSkewSeconds * 1000;
      const past = response.destinations.find(
        ({ validAfter, validUntil }) =>
          at.getTime() < validAfter.getTime() - skew || at.getTime() > validUntil.getTime() + skew,
      );
      return past && `${past.signalAddress} is valid from ${past.validAfter.toISOString()} on, for a while`;
    },
  },
];
