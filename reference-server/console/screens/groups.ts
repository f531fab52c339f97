import type { Approval, ApprovalRule } from '../../enrollment/approval-rules.ts';
import { Administration } from '../administration.ts';
import type { Desk } from '../desk.ts';
import { type GroupView, groupsOf } from '../groups.ts';
import { wholeNumber } from '../number.ts';
import { empty, head } from '../parts/blocks.ts';
import { hrefOf } from '../parts/filters.ts';
import { options, postForm } from '../parts/form.ts';
import { type Html, html } from '../parts/html.ts';
import { grouped, groupName } from '../parts/names.ts';
import { type Column, pager, table } from '../parts/table.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

const rowsOnPage = 50;

const columns: readonly Column[] = [
  { text: 'Group', kind: 'name' },
  { text: 'Devices', kind: 'number' },
  { text: 'Enrolled', kind: 'number' },
  { text: 'Waiting', kind: 'number' },
  { text: 'Routes', kind: 'number' },
  { text: 'Who approves' },
];

/** The groups of the configuration, and who approves the requests of each. */
export function groupScreens(desk: Desk): Record<'GET /groups' | 'POST /groups/approval', Handler> {
  const { server } = desk;
  const byDefault = server.settings.approval;

  return {
    'GET /groups': async (visit) => {
      const groups = await groupsOf(desk);
      const pages = Math.max(1, Math.ceil(groups.length / rowsOnPage));
      const number = Math.min(pages, wholeNumber(visit.query, 'page', { most: 1e6, instead: 1 }));
      const rows = groups
        .slice((number - 1) * rowsOnPage, number * rowsOnPage)
        .map((group) => row(group, byDefault, visit));
      const list =
        rows.length === 0 ? empty('The configuration file defines no group.') : table('Groups', columns, rows);
      const lead = `Where nothing else is said, ${byDefault === 'auto' ? 'requests are approved at once' : 'somebody approves'} (--approve ${byDefault}).`;
      const href = (at: number): string => hrefOf('/groups', { page: String(at) });
      const body = html`${head('Groups', lead)}<div class="panel">${list}${pager({ page: number, pages, href })}</div>`;
      return page('Groups', '/groups', body);
    },

    'POST /groups/approval': async ({ form, who }) => {
      const group = form.get('group') ?? '';
      const word = form.get('approval') ?? '';
      const approval: Approval | undefined = word === 'auto' || word === 'manual' ? word : undefined;
      await new Administration(desk).setApproval(group, approval, who.name);
      return go('/groups', `${groupName(group)}: ${saidOf(approval, byDefault)}. What waits already goes on waiting.`);
    },
  };
}

function saidOf(approval: Approval | undefined, byDefault: Approval): string {
  const word = (approval ?? byDefault) === 'auto' ? 'requests are approved at once' : 'somebody approves each request';
  return approval === undefined ? `${word}, by default` : word;
}

function row(
  { name, devices, enrolled, waiting, routes, rule }: GroupView,
  byDefault: Approval,
  visit: Visit,
): readonly Html[] {
  const to = (show: string | undefined, count: number): Html =>
    html`<a href="${hrefOf('/devices', { group: name, show })}">${grouped(count)}</a>`;
  return [
    html`${groupName(name)}`,
    to(undefined, devices),
    to('enrolled', enrolled),
    html`<a href="${hrefOf('/approvals', { group: name })}">${grouped(waiting)}</a>`,
    html`<a href="${hrefOf('/routes', { group: name })}">${grouped(routes)}</a>`,
    mayAct(visit.who.role, 'administrator')
      ? ruleForm(name, rule, byDefault, visit)
      : html`${saidOf(rule?.approval, byDefault)}`,
  ];
}

function ruleForm(group: string, rule: ApprovalRule | undefined, byDefault: Approval, { csrf }: Visit): Html {
  const choices = [
    ['', `default: ${byDefault === 'auto' ? 'at once' : 'somebody'}`],
    ['auto', 'at once'],
    ['manual', 'somebody'],
  ] as const;
  const select = html`<select name="approval" aria-label="Who approves ${groupName(group)}">${options(choices, rule?.approval ?? '')}</select>`;
  const who = rule === undefined ? undefined : html`<span class="sub">set by ${rule.setBy}</span>`;
  return html`${postForm(csrf, '/groups/approval', html`<input type="hidden" name="group" value="${group}">${select}<button>Set</button>`, 'inline')}${who}`;
}
