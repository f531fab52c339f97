import { type Configuration, deviceKey, type Route } from '#protocol/config-file/configuration.ts';
import { keyOfNumber, prefixMark, type RouteTable } from './routing.ts';

export interface RoutingExplanation {
  /** The line of the configuration file that counts; undefined: the group has no route to that number. */
  readonly line: number | undefined;
  /** For a person: which route it is, and why that one. */
  readonly because: string;
  readonly destinations: readonly {
    readonly device: string;
    readonly weight: number;
    readonly enabled: boolean;
    /** How often it is tried first, from 0 to 1. */
    readonly share: number;
  }[];
}

/** Why a call from this group goes where it goes. */
export function explainRoute(
  table: RouteTable,
  devices: Configuration['devices'],
  group: string,
  calledNumber: string,
): RoutingExplanation {
  const route = table.find(group, calledNumber);
  const from = group === '' ? 'the unnamed group' : `group "${group}"`;
  if (!route) return { line: undefined, because: `no route of ${from} matches ${calledNumber}`, destinations: [] };
  const listed = route.destinations.map(({ device, weight }) => {
    return { device, weight, enabled: devices.get(deviceKey(device))?.enabled === true };
  });
  const usable = listed.filter(({ enabled }) => enabled);
  const total = usable.reduce((sum, { weight }) => sum + weight, 0);
  const destinations = listed.map((one) => {
    const alone = total === 0 && one === usable[0] ? 1 : 0;
    return { ...one, share: !one.enabled || total === 0 ? alone : one.weight / total };
  });
  return { line: route.line, because: `line ${route.line}: ${kindOf(route)} of ${from}`, destinations };
}

function kindOf({ number }: Route): string {
  const key = keyOfNumber(number);
  if (key === '' || key === prefixMark) return 'the route for every number';
  return key.endsWith(prefixMark) ? `the longest prefix, "${number}",` : `the very number, "${number}",`;
}
