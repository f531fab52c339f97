import { MusterError } from '#protocol/errors.ts';
import type { Transaction } from '../../enrollment/states.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { keyFactsOf } from '../key-facts.ts';
import { wholeNumber } from '../number.ts';
import { empty, head } from '../parts/blocks.ts';
import { postForm } from '../parts/form.ts';
import { type Html, html } from '../parts/html.ts';
import { deviceLink, groupName } from '../parts/names.ts';
import { type Column, pager, table } from '../parts/table.ts';
import { relativeTime } from '../parts/time.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, type Outcome, page, type Visit } from '../visit.ts';

const rowsOnPage = 50;
const reasonLength = 200;

/** The queue: everything that waits for somebody's word, oldest first, and the word itself, for one or for many. */
export function approvalScreens({ server, clock }: Desk): Record<'GET /approvals' | 'POST /approvals', Handler> {
  const groupOf = ({ device }: Transaction): string | undefined => server.configuration.devices.get(device)?.group;

  return {
    'GET /approvals': async (visit) => {
      const now = clock.now().getTime();
      const waiting = await server.engine.list('pending');
      const wanted = visit.query.get('group') ?? undefined;
      const chosen = wanted === undefined ? waiting : waiting.filter((one) => groupOf(one) === wanted);
      const pages = Math.max(1, Math.ceil(chosen.length / rowsOnPage));
      const number = Math.min(pages, wholeNumber(visit.query, 'page', { most: 1e6, instead: 1 }));
      const rows = chosen
        .slice((number - 1) * rowsOnPage, number * rowsOnPage)
        .map((one) => row(one, groupOf(one), visit, now));
      const href = (at: number): string => hrefOf(wanted, at);
      const queue = rows.length === 0 ? empty(nothing(wanted)) : queueForm(rows, visit);
      const body = html`${head('Approvals', 'Devices that asked for a certificate and wait for somebody to say yes. Oldest first.')}
${groupFilter(new Set(waiting.map(groupOf).filter((group) => group !== undefined)), wanted)}
<div id="queue" class="panel" data-live>${queue}${pager({ page: number, pages, href })}</div>`;
      return page('Approvals', '/approvals', body);
    },

    'POST /approvals': async ({ form, who }) => {
      const [kind, only] = (form.get('decision') ?? '').split(' ', 2);
      const ids = only === undefined ? form.getAll('id') : [only];
      const reason = (form.get('reason') ?? '').trim().slice(0, reasonLength);
      if (kind !== 'approve' && kind !== 'reject') {
        throw badRequest('The decision: approve or reject is expected.');
      }
      if (ids.length === 0) return go('/approvals', 'No request was chosen: tick those that you mean.', 'bad');
      const decided: string[] = [];
      const problems: string[] = [];
      for (const id of ids) {
        try {
          const decision = kind === 'approve' ? ({ kind } as const) : ({ kind, reason } as const);
          decided.push((await server.engine.decide(id, decision, who.name)).device);
        } catch (thrown) {
          if (!(thrown instanceof MusterError)) throw thrown;
          problems.push(thrown.message);
        }
      }
      return result(decided, kind === 'approve' ? 'approved' : 'rejected', problems);
    },
  };
}

function result(decided: readonly string[], word: string, problems: readonly string[]): Outcome {
  const done = decided.length === 1 ? `${decided[0]} was ${word}.` : `${decided.length} requests were ${word}.`;
  if (problems.length === 0) return go('/approvals', done);
  return go('/approvals', [...(decided.length > 0 ? [done] : []), ...problems].join(' '), 'bad');
}

function hrefOf(group: string | undefined, at: number): string {
  return `/approvals?${new URLSearchParams({ ...(group === undefined ? {} : { group }), page: String(at) })}`;
}

function nothing(group: string | undefined): string {
  return group === undefined
    ? 'Nothing waits. What devices ask for appears here by itself.'
    : 'Nothing of this group waits.';
}

function groupFilter(groups: ReadonlySet<string>, wanted: string | undefined): Html {
  if (groups.size < 2 && wanted === undefined) return html``;
  const link = (group: string | undefined, text: string): Html => {
    const current = group === wanted ? html` aria-current="true"` : undefined;
    const href = group === undefined ? '/approvals' : `/approvals?${new URLSearchParams({ group })}`;
    return html`<li><a href="${href}"${current}>${text}</a></li>`;
  };
  const links = [...groups].sort().map((group) => link(group, groupName(group)));
  return html`<nav class="filters" aria-label="Groups"><ul>${link(undefined, 'All groups')}${links}</ul></nav>`;
}

function row(one: Transaction, group: string | undefined, { who }: Visit, now: number): readonly (Html | string)[] {
  const { id, device, digest, from, requestedAt } = one;
  const { key, signature } = keyFactsOf(one);
  const cells = [
    html`${deviceLink(device)}<span class="sub">${group === undefined ? 'not defined any more' : groupName(group)}</span>`,
    relativeTime(requestedAt, now),
    html`${key}<span class="sub">${signature}</span>`,
    html`<a href="/approvals/${id}" title="SHA-256 of the PKCS#10: ${digest}"><code>${digest.slice(0, 12)}…</code></a>`,
    html`<code>${from}</code>`,
  ];
  if (!mayAct(who.role, 'approver')) return cells;
  const tick = html`<input type="checkbox" name="id" value="${id}" aria-label="Choose ${device}">`;
  const approve = html`<button name="decision" value="approve ${id}" aria-label="Approve ${device}">Approve</button>`;
  return [
    tick,
    ...cells,
    html`${approve}<a class="button" href="/approvals/${id}" aria-label="Details of ${device}">Details</a>`,
  ];
}

const columns: readonly Column[] = [
  { text: 'Device', kind: 'name' },
  { text: 'Asked' },
  { text: 'Key' },
  { text: 'PKCS#10' },
  { text: 'From' },
];

function queueForm(rows: readonly (readonly (Html | string)[])[], { csrf, who }: Visit): Html {
  if (!mayAct(who.role, 'approver')) return table('Requests that wait', columns, rows);
  const withDecisions: readonly Column[] = [{ text: '', kind: 'tick' }, ...columns, { text: '', kind: 'acts' }];
  return postForm(
    csrf,
    '/approvals',
    html`${table('Requests that wait', withDecisions, rows)}<div class="bulk"><label class="tick-all js-only"><input type="checkbox" data-check-all> All on this page</label>
<label for="reason">Reason, if rejected</label><input id="reason" name="reason" maxlength="${reasonLength}" autocomplete="off">
<button class="primary" name="decision" value="approve">Approve ticked</button><button class="danger" name="decision" value="reject">Reject ticked</button></div>`,
  );
}
