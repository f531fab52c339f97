import { deviceKey } from '#protocol/config-file/configuration.ts';
import { type Fault, faultSeconds, offeredFaults } from '../../fault-board.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { empty, head, padded, panel } from '../parts/blocks.ts';
import { field, options, postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { deviceLink } from '../parts/names.ts';
import { type Column, table } from '../parts/table.ts';
import { relativeTime } from '../parts/time.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

const columns: readonly Column[] = [
  { text: 'Fault', kind: 'name' },
  { text: 'For' },
  { text: 'Begun by' },
  { text: 'Ends' },
];

const defaultMinutes = 15;

/** Misbehaviour on purpose, to see what a device does then. */
export function faultScreens({
  server,
  clock,
}: Desk): Record<'GET /faults' | 'POST /faults' | 'POST /faults/:id/end', Handler> {
  const { faults } = server;

  return {
    'GET /faults': async (visit) => {
      const now = clock.now().getTime();
      const mayChange = mayAct(visit.who.role, 'administrator');
      const active = faults.list();
      const heads = mayChange ? [...columns, { text: '', kind: 'acts' as const }] : columns;
      const list =
        active.length === 0
          ? empty('This server behaves.')
          : table(
              'Active faults',
              heads,
              active.map((fault) => row(fault, visit, mayChange, now)),
            );
      const body = html`${head('Faults', 'How does a device take it when its server goes wrong? Here this server does, for one device or for all, for a while.')}
${panel('Active', list)}
${mayChange ? panel('Begin a fault', padded(beginForm(visit))) : nothing}
${panel(
  'What there is',
  table(
    'Faults',
    [
      { text: 'Fault', kind: 'name' },
      { text: 'What it does', kind: 'long' },
    ],
    offeredFaults.map(({ id, explanation }) => [html`<code>${id}</code>`, explanation]),
  ),
)}`;
      return page('Faults', '/faults', body);
    },

    'POST /faults': async ({ form, who }) => {
      const name = (form.get('device') ?? '').trim();
      const minutes = Number(form.get('minutes'));
      if (name !== '' && !server.configuration.devices.has(deviceKey(name))) {
        throw badRequest(`The device: the configuration file defines no ${name}.`);
      }
      faults.begin(form.get('fault') ?? '', name === '' ? undefined : name, minutes * 60, who.name);
      return go('/faults', `From now on this server misbehaves for ${name === '' ? 'every device' : name}.`);
    },

    'POST /faults/:id/end': async ({ params: { id = '' }, who }) => {
      faults.end(id, who.name);
      return go('/faults', 'This server behaves again.');
    },
  };
}

function row(
  { id, flaw, device, begunBy, until }: Fault,
  { csrf }: Visit,
  mayChange: boolean,
  now: number,
): readonly (Html | string)[] {
  const end = postForm(csrf, `/faults/${id}/end`, html`<button aria-label="End it: ${flaw.id}">End it</button>`);
  return [
    html`<code>${flaw.id}</code><span class="sub">${flaw.explanation}</span>`,
    device === undefined ? 'every device' : deviceLink(device),
    begunBy,
    relativeTime(until, now),
    ...(mayChange ? [end] : []),
  ];
}

function beginForm({ csrf, query }: Visit): Html {
  const choices = offeredFaults.map(({ id, explanation }) => [id, `${id}: ${explanation}`] as const);
  const device = query.get('device') ?? '';
  return postForm(
    csrf,
    '/faults',
    html`${field('fault', 'Fault', html`<select id="fault" name="fault">${options(choices)}</select>`)}
${field('device', 'Device', html`<input id="device" name="device" value="${device}" autocomplete="off" spellcheck="false">`, 'Empty: for every device.')}
${field('minutes', 'Minutes', html`<input id="minutes" name="minutes" type="number" value="${defaultMinutes}" min="0.1" step="any" max="${faultSeconds.most / 60}" required>`, 'It ends by itself.')}
<button class="danger">Begin</button>`,
    'stack wide',
  );
}
