import { readFileSync } from 'node:fs';
import { validateXML } from 'xmllint-wasm';

const xsd = readFileSync(new URL('../vectors/junit.xsd', import.meta.url), 'utf8');

/** For tests: what of a JUnit report is not valid against the de-facto schema; nothing when it is valid. */
export async function junitProblems(contents: string): Promise<readonly string[]> {
  const result = await validateXML({
    xml: [{ fileName: 'junit.xml', contents }],
    schema: [{ fileName: 'junit.xsd', contents: xsd }],
  });
  return result.errors.map(({ message }) => message);
}
