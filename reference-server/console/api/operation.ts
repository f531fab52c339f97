import type { Principal } from '../role.ts';

/** JSON Schema (2020-12), as OpenAPI 3.1 writes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** One call of the API by somebody who may make it. */
export interface Call {
  readonly who: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** It passed the schema of the operation; empty where nothing was sent. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
}

/** What the API can do, and what it says of itself. */
export interface Operation {
  readonly summary: string;
  readonly query?: readonly QueryParameter[];
  readonly body?: Schema;
  /** Of what it answers with 200. */
  readonly answer: Schema;
  readonly run: (call: Call) => Promise<unknown>;
}

export const text: Schema = { type: 'string' };
export const time: Schema = { type: 'string', format: 'date-time' };
export const number: Schema = { type: 'number' };
export const flag: Schema = { type: 'boolean' };

export const limitParameter: QueryParameter = {
  name: 'limit',
  description: 'No more than so many.',
  schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
};
export const pageParameter: QueryParameter = {
  name: 'page',
  description: 'Which page of that size.',
  schema: { type: 'integer', minimum: 1, default: 1 },
};
export const beforeParameter: QueryParameter = {
  name: 'before',
  description: 'A number of a listing: only what came before it.',
  schema: { type: 'integer', minimum: 1 },
};

/** An object with these properties; the names with a question mark may be absent. */
export function object(
  properties: Readonly<Record<string, Schema>>,
): Schema & { readonly properties: Readonly<Record<string, Schema>> } {
  const entries = Object.entries(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace('?', ''), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
  };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}
