import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** The keywords of JSON Schema 2020-12 that the schema uses; any other is refused. */
export interface Schema {
  $schema?: string;
  title?: string;
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: false;
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  minItems?: number;
}

export const schema = JSON.parse(readFileSync(new URL('./run-record.schema.json', import.meta.url), 'utf8')) as Schema;

type Check = (rule: Schema, value: unknown, path: string) => string[];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  array: Array.isArray,
  object: isObject,
};

const silent = () => [];
const keywords: Record<keyof Schema, Check> = {
  $schema: silent,
  title: silent,
  description: silent,
  $defs: silent,
  $ref: (rule, value, path) => validate(definition(rule.$ref ?? ''), value, path),
  type: (rule, value, path) => (types[rule.type ?? '']?.(value) ? [] : [`${path}: not of type ${rule.type}`]),
  const: (rule, value, path) => (value === rule.const ? [] : [`${path}: not ${JSON.stringify(rule.const)}`]),
  enum: (rule, value, path) => (rule.enum?.includes(value) ? [] : [`${path}: not one of ${rule.enum?.join(', ')}`]),
  minimum: (rule, value, path) =>
    typeof value === 'number' && value < (rule.minimum ?? 0) ? [`${path}: below ${rule.minimum}`] : [],
  properties: (rule, value, path) =>
    isObject(value)
      ? Object.entries(rule.properties ?? {}).flatMap(([name, inner]) =>
          name in value ? validate(inner, value[name], `${path}.${name}`) : [],
        )
      : [],
  required: (rule, value, path) =>
    isObject(value)
      ? (rule.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
      : [],
  additionalProperties: (rule, value, path) =>
    isObject(value)
      ? Object.keys(value)
          .filter((name) => !(name in (rule.properties ?? {})))
          .map((name) => `${path}.${name}: unknown`)
      : [],
  items: (rule, value, path) => {
    const rest = Array.isArray(value) ? value.slice(rule.prefixItems?.length ?? 0) : [];
    const inner = rule.items;
    if (inner === false) return rest.length > 0 ? [`${path}: too long`] : [];
    return inner === undefined ? [] : rest.flatMap((item, index) => validate(inner, item, `${path}[${index}]`));
  },
  prefixItems: (rule, value, path) =>
    Array.isArray(value)
      ? (rule.prefixItems ?? []).flatMap((inner, index) =>
          index < value.length ? validate(inner, value[index], `${path}[${index}]`) : [],
        )
      : [],
  minItems: (rule, value, path) =>
    Array.isArray(value) && value.length < (rule.minItems ?? 0) ? [`${path}: too short`] : [],
};

/** The definition that a reference of the schema names. */
export function definition(reference: string): Schema {
  const found = schema.$defs?.[reference.replace('#/$defs/', '')];
  assert.ok(found, `the schema refers to ${reference}, which it does not define`);
  return found;
}

/** For tests: what of a value does not follow a rule of the schema, each by its path; none when it is valid. */
export function validate(rule: Schema, value: unknown, path = '$'): string[] {
  return Object.keys(rule).flatMap((keyword) => {
    const check = keywords[keyword as keyof Schema];
    assert.ok(check, `the schema uses ${keyword}, which nobody checks here`);
    return check(rule, value, path);
  });
}
