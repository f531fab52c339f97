/** A convenient collection of devices. Its name is compared exactly; `''` is the unnamed group. */
export interface Group {
  readonly name: string;
  readonly line: number;
}

export interface Device {
  /** The DNS name or address, as written. */
  readonly name: string;
  readonly group: string;
  readonly enabled: boolean;
  readonly enrolled: boolean;
  readonly line: number;
}

export interface Destination {
  /** As written; find the device by `deviceKey`. */
  readonly device: string;
  /** 0 is a last resort. */
  readonly weight: number;
}

export interface Route {
  readonly group: string;
  /** As written, blanks included; `''` matches every number, `…` at its end as three dots makes it a prefix. */
  readonly number: string;
  readonly destinations: readonly Destination[];
  readonly line: number;
}

/** What a configuration file says (WO 01/47232, Table 8). Every line number counts from 1. */
export interface Configuration {
  /** The last license line; absent, the server is a trial version. */
  readonly license?: string;
  /** Every license line, oldest first: old ones are kept for reversion and audit. */
  readonly licenses: readonly string[];
  /** Secret. Absent: new parameters are generated, and every enrolled device must re-enroll. */
  readonly crypto?: string;
  readonly enroll: boolean;
  readonly routing: boolean;
  readonly cdrs: boolean;
  /** Clients must use TLS, for getcacert too. */
  readonly ssl: boolean;
  readonly groups: ReadonlyMap<string, Group>;
  /** By `deviceKey`. */
  readonly devices: ReadonlyMap<string, Device>;
  /** In the order of the file. */
  readonly routes: readonly Route[];
}

/** The name by which a device is found: DNS names compare without case, and only ASCII letters have one (RFC 4343 §3). */
export function deviceKey(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

/** A called number without its blanks, which do not count. */
export function calledNumberKey(number: string): string {
  return /[ \t]/.test(number) ? number.replace(/[ \t]+/g, '') : number;
}
