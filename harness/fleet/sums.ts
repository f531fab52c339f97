/** Each of these numbers, of all items together; of none it is 0. */
export function sumsOf<Name extends string>(
  names: readonly Name[],
  items: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const sum = (name: Name): number => items.reduce((total, item) => total + item[name], 0);
  return Object.fromEntries(names.map((name) => [name, sum(name)])) as Record<Name, number>;
}
