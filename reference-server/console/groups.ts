import type { ApprovalRule } from '../enrollment/approval-rules.ts';
import type { Desk } from './desk.ts';

export interface GroupView {
  readonly name: string;
  readonly devices: number;
  readonly enrolled: number;
  readonly waiting: number;
  readonly routes: number;
  readonly rule?: ApprovalRule;
}

/** Every group of the configuration, with what is in it. */
export async function groupsOf({ server, rules }: Pick<Desk, 'server' | 'rules'>): Promise<readonly GroupView[]> {
  const { groups, devices, routes } = server.configuration;
  const counts = new Map([...groups.keys()].map((name) => [name, { devices: 0, enrolled: 0, waiting: 0, routes: 0 }]));
  for (const { group, enrolled } of devices.values()) {
    const of = counts.get(group);
    if (!of) continue;
    of.devices += 1;
    if (enrolled) of.enrolled += 1;
  }
  for (const { group } of routes) {
    const of = counts.get(group);
    if (of) of.routes += 1;
  }
  for (const { device } of await server.engine.list('pending')) {
    const of = counts.get(devices.get(device)?.group ?? '');
    if (of) of.waiting += 1;
  }
  const byGroup = new Map((await rules.list()).map((rule) => [rule.group, rule]));
  return [...counts].map(([name, of]) => {
    const rule = byGroup.get(name);
    return rule ? { name, ...of, rule } : { name, ...of };
  });
}
