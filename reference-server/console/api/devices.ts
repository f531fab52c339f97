import { type Device, deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { ApiKey } from '../access.ts';
import { Administration } from '../administration.ts';
import type { Desk } from '../desk.ts';
import { deviceShows, enrollmentsOf, findDevices } from '../devices.ts';
import { groupsOf } from '../groups.ts';
import { wholeNumber } from '../number.ts';
import { certificateSchema, certificateView } from './certificates.ts';
import {
  type Call,
  flag,
  limitParameter,
  listOf,
  number,
  type Operation,
  object,
  pageParameter,
  text,
} from './operation.ts';

type DeviceKey = Extract<ApiKey, `${string} /api/devices${string}` | `${string} /api/groups${string}`>;

const rowsAtMost = 1000;
const device = object({ name: text, group: text, enabled: flag, enrolled: flag, line: number });
const approval = { enum: ['auto', 'manual', null] };

const viewOf = ({ name, group, enabled, enrolled, line }: Device) => ({ name, group, enabled, enrolled, line });

export function deviceOperations(desk: Desk): Record<DeviceKey, Operation> {
  const { server, clock } = desk;
  const found = ({ params: { name = '' } }: Call): Device => {
    const one = server.configuration.devices.get(deviceKey(name));
    if (!one) throw new MusterError('not-found', `The configuration file defines no device ${name}.`);
    return one;
  };
  const setEnabled = async (call: Call, enabled: boolean) => {
    const { name } = found(call);
    await server.configurationKeeper.setDeviceEnabled(name, enabled, call.who.name);
    return viewOf(found(call));
  };

  return {
    'GET /api/devices': {
      summary: 'The devices of the configuration file, in its order.',
      query: [
        { name: 'q', description: 'A part of the name.', schema: text },
        { name: 'group', description: 'Of this group alone.', schema: text },
        { name: 'show', description: 'Which of them; due: to re-enroll.', schema: { enum: deviceShows } },
        limitParameter,
        pageParameter,
      ],
      answer: object({ total: number, devices: listOf(device) }),
      run: async ({ query }) => {
        const show = deviceShows.find((word) => word === query.get('show')) ?? 'all';
        const group = query.get('group') ?? undefined;
        const search = query.get('q') ?? '';
        const limit = wholeNumber(query, 'limit', { most: rowsAtMost, instead: 100 });
        const at = wholeNumber(query, 'page', { most: 1e6, instead: 1 });
        const all = await findDevices(
          server,
          { show, search, ...(group === undefined ? {} : { group }) },
          clock.now().getTime(),
        );
        return { total: all.length, devices: all.slice((at - 1) * limit, at * limit).map(viewOf) };
      },
    },
    'GET /api/devices/:name': {
      summary: 'One device: how it stands, and what it was issued.',
      answer: object({ ...device.properties, standing: text, certificates: listOf(certificateSchema) }),
      run: async (call) => {
        const one = found(call);
        const now = clock.now().getTime();
        const key = deviceKey(one.name);
        const standing = (await enrollmentsOf(server, [one], now)).get(key)?.standing;
        const certificates = await server.store.listCertificates({ device: key, limit: 100 });
        return {
          ...viewOf(one),
          standing,
          certificates: certificates.map((each) => certificateView(each, server, now)),
        };
      },
    },
    'POST /api/devices/:name/enable': {
      summary: 'Enables a device in the configuration file.',
      answer: device,
      run: (call) => setEnabled(call, true),
    },
    'POST /api/devices/:name/disable': {
      summary: 'Disables a device in the configuration file: it can neither enroll nor call.',
      answer: device,
      run: (call) => setEnabled(call, false),
    },
    'GET /api/groups': {
      summary: 'The groups of the configuration file, and who approves the requests of each.',
      answer: object({
        byDefault: text,
        groups: listOf(
          object({ name: text, devices: number, enrolled: number, waiting: number, routes: number, approval }),
        ),
      }),
      run: async () => ({
        byDefault: server.settings.approval,
        groups: (await groupsOf(desk)).map(({ rule, ...group }) => ({ ...group, approval: rule?.approval ?? null })),
      }),
    },
    'POST /api/groups/approval': {
      summary:
        'Says who approves the requests of a group: the server at once, somebody, or (null) as the server is set to.',
      body: object({ group: text, approval }),
      answer: object({ group: text, approval }),
      run: async ({ body, who }) => {
        const word = body.approval === 'auto' || body.approval === 'manual' ? body.approval : undefined;
        await new Administration(desk).setApproval(String(body.group), word, who.name);
        return { group: body.group, approval: word ?? null };
      },
    },
  };
}
