/** The body of a good request, as it goes out. */
export interface GoodBody {
  readonly text: string;
}

/** One way in which the body of a request is wrong, as data: one named change of the good one. */
export interface BodyFault {
  readonly id: string;
  readonly explanation: string;
  readonly body: (good: GoodBody) => string;
}

type Row = readonly [id: string, explanation: string, body: BodyFault['body']];

export function faults(rows: readonly Row[]): readonly BodyFault[] {
  return rows.map(([id, explanation, body]) => ({ id, explanation, body }));
}

export const texts = ['username', 'password'] as const;
export const bothIds = ['device', 'customer'] as const;

const pairOf = (name: string): RegExp => new RegExp(`(^|&)${name}=([^&]*)`);

/** The good body, and this after it. */
export function after(more: string): BodyFault['body'] {
  return ({ text }) => text + more;
}

/** The good body, and the same variable with another value before or after it. */
export function twice(name: string, where: 'before' | 'after'): BodyFault['body'] {
  return ({ text }) => {
    const other = `${name}=9${pairOf(name).exec(text)?.[2] ?? ''}`;
    return where === 'before' ? `${other}&${text}` : `${text}&${other}`;
  };
}

/** The good body without this variable. */
export function without(name: string): BodyFault['body'] {
  return ({ text }) => text.replace(pairOf(name), '').replace(/^&/, '');
}

/** The good body with another value of this variable, escaped already. */
export function instead(name: string, value: string): BodyFault['body'] {
  return rewritten(name, () => value);
}

/** The good body with this value, as it goes out, changed. */
export function rewritten(name: string, change: (value: string) => string): BodyFault['body'] {
  return ({ text }) => text.replace(pairOf(name), (_, before, value) => `${before}${name}=${change(value)}`);
}

/** Values that are a command to somebody. */
export const values: readonly (readonly [id: string, what: string, text: string])[] = [
  ['sql', 'a query that is always true', "' OR '1'='1"],
  ['sql-statement', 'a second query', "x'; DROP TABLE accounts;--"],
  ['shell', 'a command of a shell', '$(touch muster-was-here);`id`|id'],
  ['path', 'a path to a file', '../../../../etc/passwd'],
  ['format', 'a format string', '%s%s%n%x'],
  ['lookup', 'a lookup', '$' + '{jndi:ldap://127.0.0.1/x}'],
  ['template', 'a template', '{{7*7}}'],
  ['filter', 'a filter of a directory', '*)(uid=*))(|(uid=*'],
  ['markup', 'markup', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'],
];
