import {
  type Configuration,
  calledNumberKey,
  type Destination,
  type Device,
  deviceKey,
  type Route,
} from '#protocol/config-file/configuration.ts';

/** How a flawed server routes. An empty quirk is an honest one. */
export interface RoutingQuirk {
  readonly weightOf?: (weight: number) => number;
  /** Draws nothing: the destinations come as the file has them. */
  readonly inFileOrder?: boolean;
  /** The form in which numbers are compared. */
  readonly keyOf?: (number: string) => string;
  readonly shortestPrefixWins?: boolean;
  /** The routes of every group are those of every other. */
  readonly oneGroup?: boolean;
  readonly callsDisabled?: boolean;
}

interface RoutesOfGroup {
  readonly exact: Map<string, Route>;
  /** By the length of the prefix, then by the prefix. */
  readonly prefixes: Map<number, Map<string, Route>>;
  /** The longest first. */
  lengths: number[];
}

/**
 * The form in which called numbers are compared: blanks do not count, nor does a plus at the beginning, since the digits
 * of E.164 come from gateways without one.
 */
export function keyOfNumber(number: string): string {
  return calledNumberKey(number).replace(/^\+/, '');
}

/** At the end of a number: it is a prefix. */
export const prefixMark = '...';

/** The routes of a configuration, for looking up: an exact number, then the longest prefix, then what matches every number. */
export class RouteTable {
  readonly #groups = new Map<string, RoutesOfGroup>();
  readonly #quirk: RoutingQuirk;

  constructor(routes: readonly Route[], quirk: RoutingQuirk = {}) {
    this.#quirk = quirk;
    for (const route of routes) this.#add(route);
    for (const group of this.#groups.values()) {
      const order = quirk.shortestPrefixWins ? 1 : -1;
      group.lengths = [...group.prefixes.keys()].sort((one, other) => order * (one - other));
    }
  }

  /** One look-up for each length of prefix that the group has: it does not matter how many routes there are. */
  find(group: string, calledNumber: string): Route | undefined {
    const routes = this.#groups.get(this.#quirk.oneGroup ? '' : group);
    if (!routes) return undefined;
    const key = this.#keyOf(calledNumber);
    const exact = routes.exact.get(key);
    if (exact) return exact;
    for (const length of routes.lengths) {
      const found = length <= key.length ? routes.prefixes.get(length)?.get(key.slice(0, length)) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  #keyOf(number: string): string {
    return (this.#quirk.keyOf ?? keyOfNumber)(number);
  }

  /** Of two lines that differ in nothing that counts (a plus), the first is the route. */
  #add(route: Route): void {
    const group = this.#quirk.oneGroup ? '' : route.group;
    const known = this.#groups.get(group) ?? { exact: new Map(), prefixes: new Map(), lengths: [] };
    this.#groups.set(group, known);
    const key = this.#keyOf(route.number);
    if (key !== '' && !key.endsWith(prefixMark)) {
      if (!known.exact.has(key)) known.exact.set(key, route);
      return;
    }
    const prefix = key.slice(0, -prefixMark.length);
    const ofLength = known.prefixes.get(prefix.length) ?? new Map<string, Route>();
    known.prefixes.set(prefix.length, ofLength);
    if (!ofLength.has(prefix)) ofLength.set(prefix, route);
  }
}

/** From 0, inclusive, to 1, exclusive. */
export type Random = () => number;

type Devices = Configuration['devices'];

/**
 * The destinations of a route, in the order in which a device is to try them: drawn by weight, without putting back; those
 * of weight 0 after all others, as the file has them. Disabled devices are left out: only "available destination devices"
 * (WO 01/47232, Summary) are named.
 */
export function draw(route: Route, devices: Devices, random: Random, quirk: RoutingQuirk = {}): Device[] {
  const weightOf = ({ weight }: Destination): number => quirk.weightOf?.(weight) ?? weight;
  // To sort by -ln(u) / weight is to draw by weight without putting back (Efraimidis and Spirakis, 2006).
  const first = route.destinations
    .filter((destination) => weightOf(destination) > 0)
    .map((destination) => ({ destination, rank: -Math.log(1 - random()) / weightOf(destination) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ destination }) => destination);
  const last = route.destinations.filter((destination) => weightOf(destination) === 0);
  return (quirk.inFileOrder ? route.destinations : [...first, ...last])
    .map(({ device }) => devices.get(deviceKey(device)))
    .filter((device) => device !== undefined)
    .filter(({ enabled }) => enabled || quirk.callsDisabled === true);
}
