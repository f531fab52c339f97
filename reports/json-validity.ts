import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';

// Draft 4, that of SARIF, allows patterns that are none with the flag `u`.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);

/** For tests: a schema of `vectors/`; says what of a JSON text does not follow it, each by its path. None when it is valid. */
export function jsonSchema(file: string): (text: string) => readonly string[] {
  const url = new URL(`../vectors/${file}`, import.meta.url);
  // Of draft 4, ajv reads all but these two names.
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(url, 'utf8')) as AnySchemaObject;
  const validate = ajv.compile(schema);
  return (text) => {
    validate(JSON.parse(text));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  };
}
