import { type Configuration, type Device, deviceKey } from '#protocol/config-file/configuration.ts';

export interface Effect {
  readonly text: string;
  /** It cannot simply be taken back, or stops what worked. */
  readonly grave: boolean;
}

const flags = [
  ['enroll', 'Enrollment'],
  ['routing', 'Routing'],
  ['cdrs', 'The keeping of call detail records'],
  ['ssl', 'TLS for everything'],
] as const;

/** What a change of the configuration does, for who is about to make it. */
export function effectsOf(before: Configuration, after: Configuration): readonly Effect[] {
  return [
    ...cryptoEffects(before, after),
    ...flagEffects(before, after),
    ...deviceEffects(before, after),
    ...otherEffects(before, after),
  ];
}

function cryptoEffects(before: Configuration, after: Configuration): Effect[] {
  if (before.crypto === after.crypto) return [];
  const text =
    after.crypto === undefined
      ? 'The crypto line is gone: another CA is made, and every device must re-enroll.'
      : 'The crypto line is another one: so is the CA, and every device that the CA so far certified must re-enroll.';
  return [{ text, grave: true }];
}

function flagEffects(before: Configuration, after: Configuration): Effect[] {
  return flags
    .filter(([flag]) => before[flag] !== after[flag])
    .map(([flag, name]) => {
      const grave = flag === 'ssl' ? after.ssl : !after[flag];
      return { text: `${name} is ${after[flag] ? 'enabled' : 'disabled'}.`, grave };
    });
}

function deviceEffects({ devices: before }: Configuration, { devices: after }: Configuration): Effect[] {
  const isSame = (one: Device, other: Device): boolean =>
    one.group === other.group && one.enabled === other.enabled && one.enrolled === other.enrolled;
  const removed = [...before.keys()].filter((key) => !after.has(key));
  const added = [...after.keys()].filter((key) => !before.has(key));
  const changed = [...after.values()].filter((device) => {
    const old = before.get(deviceKey(device.name));
    return old !== undefined && !isSame(old, device);
  });
  return [
    ...counted(added.length, 'device is added', 'devices are added', false),
    ...counted(changed.length, 'device is changed', 'devices are changed', false),
    ...counted(
      removed.length,
      'device is removed: it cannot enroll or call any more',
      'devices are removed: they cannot enroll or call any more',
      true,
    ),
  ];
}

function otherEffects(before: Configuration, after: Configuration): Effect[] {
  const [groups, formerGroups] = [after.groups.size, before.groups.size];
  const routeNames = ({ routes }: Configuration) =>
    new Set(routes.map((route) => JSON.stringify([route.group, route.number, route.destinations])));
  const [routes, formerRoutes] = [routeNames(after), routeNames(before)];
  const newRoutes = [...routes].filter((route) => !formerRoutes.has(route)).length;
  const goneRoutes = [...formerRoutes].filter((route) => !routes.has(route)).length;
  return [
    ...(before.license === after.license ? [] : [{ text: 'The license is another one.', grave: false }]),
    ...counted(Math.max(0, groups - formerGroups), 'group more', 'groups more', false),
    ...counted(Math.max(0, formerGroups - groups), 'group less', 'groups less', false),
    ...counted(newRoutes, 'route is new or changed', 'routes are new or changed', false),
    ...counted(goneRoutes, 'route is gone or changed', 'routes are gone or changed', false),
  ];
}

function counted(count: number, one: string, many: string, grave: boolean): Effect[] {
  return count === 0 ? [] : [{ text: `${count.toLocaleString('en-US')} ${count === 1 ? one : many}.`, grave }];
}
