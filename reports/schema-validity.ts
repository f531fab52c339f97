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

type Check = (rule: Schema, value: unknown, path: string, whole: Schema) => string[];
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
  $ref: (rule, value, path, whole) => validate(definition(whole, rule.$ref ?? ''), value, path, whole),
  type: (rule, value, path) => (types[rule.type ?? '']?.(value) ? [] : [`${path}: not of type ${rule.type}`]),
  const: (rule, value, path) => (value === rule.const ? [] : [`${path}: not ${JSON.stringify(rule.const)}`]),
  enum: (rule, value, path) => (rule.enum?.includes(value) ? [] : [`${path}: not one of ${rule.enum?.join(', ')}`]),
  minimum: (rule, value, path) =>
    typeof value === 'number' && value < (rule.minimum ?? 0) ? [`${path}: below ${rule.minimum}`] : [],
  properties: (rule, value, path, whole) =>
    isObject(value)
      ? Object.entries(rule.properties ?? {}).flatMap(([name, inner]) =>
          name in value ? validate(inner, value[name], `${path}.${name}`, whole) : [],
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
  items: (rule, value, path, whole) => {
    const rest = Array.isArray(value) ? value.slice(rule.prefixItems?.length ?? 0) : [];
    const inner = rule.items;
    if (inner === false) return rest.length > 0 ? [`${path}: too long`] : [];
    return inner === undefined ? [] : rest.flatMap((item, index) => validate(inner, item, `${path}[${index}]`, whole));
  },
  prefixItems: (rule, value, path, whole) =>
    Array.isArray(value)
      ? (rule.prefixItems ?? []).flatMap((inner, index) =>
          index < value.length ? validate(inner, value[index], `${path}[${index}]`, whole) : [],
        )
      : [],
  minItems: (rule, value, path) =>
    Array.isArray(value) && value.length < (rule.minItems ?? 0) ? [`${path}: too short`] : [],
};

function definition(whole: Schema, reference: string): Schema {
  const found = whole.$defs?.[reference.replace('#/$defs/', '')];
  assert.ok(found, `the schema refers to ${reference}, which it does not define`);
  return found;
}

function validate(rule: Schema, value: unknown, path: string, whole: Schema): string[] {
  return Object.keys(rule).flatMap((keyword) => {
    const check = keywords[keyword as keyof Schema];
    assert.ok(check, `the schema uses ${keyword}, which nobody checks here`);
    return check(rule, value, path, whole);
  });
}

/** For tests: a schema of this folder, and what of a value does not follow a rule of it, each by its path. */
export function schemaIn(fileName: string) {
  const schema = JSON.parse(readFileSync(new URL(`./${fileName}`, import.meta.url), 'utf8')) as Schema;
  return {
    schema,
    /** The definition that a reference of the schema names. */
    definition: (reference: string): Schema => definition(schema, reference),
    /** None when it is valid. */
    validate: (rule: Schema, value: unknown): string[] => validate(rule, value, '$', schema),
  };
}
