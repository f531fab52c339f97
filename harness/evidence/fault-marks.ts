import { createHash } from 'node:crypto';
import type { FaultView, FaultyField, Field } from '#reports/run-record.ts';

/** A row of a hostile simulator. */
export interface NamedFault {
  readonly id: string;
  readonly explanation: string;
  /** Fields that bear the fault, and that would differ without it as well. */
  readonly shows?: readonly string[];
}

/** What differs between any two certificates, however alike. */
const neverAlike: ReadonlySet<string> = new Set([
  'serial number',
  'subject key identifier',
  'authority key identifier',
  'SHA-256 fingerprint',
]);

/** Fields that differ from the good ones, by name, in the order in which they are shown; then those that are missing. */
export function differences(
  fields: readonly Field[],
  good: readonly Field[],
  shows: readonly string[] = [],
): FaultyField[] {
  const [here, there] = [valuesByName(fields), valuesByName(good)];
  return [...new Set([...here.keys(), ...there.keys()])]
    .filter((name) => shows.includes(name) || (!neverAlike.has(name) && here.get(name) !== there.get(name)))
    .map((name) => {
      const value = there.get(name);
      return { name, ...(value === undefined || shows.includes(name) ? {} : { good: value }) };
    });
}

/** A name may stand several times. */
function valuesByName(fields: readonly Field[]): ReadonlyMap<string, string> {
  const byName = Map.groupBy(fields, ([name]) => name);
  return new Map([...byName].map(([name, found]) => [name, found.map(([, value]) => value).join(' · ')]));
}

export function faultView(
  { id, explanation, shows }: NamedFault,
  fields: readonly Field[],
  good: readonly Field[],
): FaultView {
  return { id, explanation, fields: differences(fields, good, shows) };
}

/** Bytes that were made wrong on purpose, by what they are: wherever they turn up in the evidence, it shows what is wrong in them. */
export class FaultMarks {
  readonly #known = new Map<
    string,
    { readonly fault: NamedFault; readonly good: readonly Field[]; readonly ignored: readonly string[] }
  >();

  /** `good`: what the fields of these bytes would say without the fault; `ignored`: names that are not compared. */
  know(bytes: Uint8Array, fault: NamedFault, good: readonly Field[], ignored: readonly string[] = []): void {
    this.#known.set(digest(bytes), { fault, good, ignored });
  }

  /** The mark of these bytes, whose fields these are; undefined where nothing is wrong with them on purpose. */
  of(bytes: Uint8Array, fields: readonly Field[]): FaultView | undefined {
    if (this.#known.size === 0) return undefined;
    const found = this.#known.get(digest(bytes));
    if (!found) return undefined;
    const view = faultView(found.fault, fields, found.good);
    return { ...view, fields: view.fields.filter(({ name }) => !found.ignored.includes(name)) };
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
