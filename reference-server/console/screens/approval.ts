import { MusterError } from '#protocol/errors.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { describePkcs10, parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import type { Transaction } from '../../enrollment/states.ts';
import type { Desk } from '../desk.ts';
import { badge } from '../parts/badge.ts';
import { facts, head, padded, panel } from '../parts/blocks.ts';
import { field, postForm } from '../parts/form.ts';
import { type Html, html } from '../parts/html.ts';
import { capital, deviceLink, fingerprintText, groupName } from '../parts/names.ts';
import { relativeTime, timeTag } from '../parts/time.ts';
import { mayAct } from '../role.ts';
import { type Handler, page, type Visit } from '../visit.ts';

/** One request, with everything that is known of it before somebody decides. */
export function approvalScreen({ server, clock }: Desk): Record<'GET /approvals/:id', Handler> {
  return {
    'GET /approvals/:id': async (visit) => {
      const { id = '' } = visit.params;
      const one = await server.engine.find(id);
      if (one === undefined) {
        throw new MusterError(
          'not-found',
          'This request is not there any more: it expired, or the device sent another.',
        );
      }
      const group = server.configuration.devices.get(one.device)?.group;
      const body = html`${head(`Request of ${one.device}`)}
${panel('Request', factsOf(one, group, clock.now().getTime()))}
${one.state === 'pending' && mayAct(visit.who.role, 'approver') ? panel('Decision', padded(decision(one, visit))) : ''}
${panel('PKCS#10', html`<pre tabindex="0" aria-label="PKCS#10 as PEM">${toPem('CERTIFICATE REQUEST', one.pkcs10)}</pre>`)}`;
      return page(`Request of ${one.device}`, '/approvals', body);
    },
  };
}

const states = {
  pending: badge('wait', 'waits'),
  issued: badge('good', 'approved'),
  rejected: badge('bad', 'rejected'),
} as const;

function factsOf(one: Transaction, group: string | undefined, now: number): Html {
  const { device, state, reason, requestedAt, from, digest, pkcs10 } = one;
  const described = describePkcs10(parsePkcs10(pkcs10)).map(([name, value]) => [capital(name), value] as const);
  return facts([
    ['Device', deviceLink(device)],
    ['Group', group === undefined ? 'not defined any more' : groupName(group)],
    ['State', html`${states[state]}${reason ? ` ${reason}` : ''}`],
    ['Asked', html`${timeTag(requestedAt)}, ${relativeTime(requestedAt, now)}`],
    ['From', html`<code>${from}</code>`],
    ['SHA-256 of the PKCS#10', fingerprintText(digest.toUpperCase().replace(/..(?!$)/g, '$&:'))],
    ...described,
  ]);
}

function decision({ id }: Transaction, { csrf }: Visit): Html {
  return postForm(
    csrf,
    '/approvals',
    html`<p>Compare the fingerprint of the key with what the customer reads from the device, by telephone say.</p>
<input type="hidden" name="id" value="${id}">
${field('reason', 'Reason of a rejection, for your colleagues: the device is not told', html`<input id="reason" name="reason" maxlength="200" autocomplete="off">`)}
<div class="buttons"><button class="primary" name="decision" value="approve">Approve</button><button class="danger" name="decision" value="reject">Reject</button></div>`,
    'stack',
  );
}
