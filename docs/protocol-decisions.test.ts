import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const rooms = [
  'protocol',
  'reference-server',
  'simulators',
  'scenarios',
  'harness',
  'reports',
  'vectors',
  'bench',
  'tools',
];
const page = readFileSync(join(import.meta.dirname, 'protocol-decisions.md'), 'utf8');

/** Heading and the text up to the next heading of any depth. */
const sections = new Map(
  page
    .split(/^##+ /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      return [heading, text.join('\n').trim()] as const;
    }),
);

/** `protocol decisions, «A»`, also when a comment breaks between the two, and `decisions('A')`, as the server's checks write it. */
const citationForms = [/protocol decisions,[\s*/]*«([^»\n$|]+)»/gi, /\bdecisions\('([^'\n]+)'\)/g];

function citations(): Map<string, string> {
  const found = new Map<string, string>();
  for (const room of rooms) {
    for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const form of citationForms) {
        for (const [, heading = ''] of text.matchAll(form)) {
          if (heading !== '…') found.set(heading, join(entry.parentPath, entry.name).slice(root.length + 1));
        }
      }
    }
  }
  return found;
}

const cited = citations();

test('every decision that the code cites has its heading', () => {
  const missing = [...cited]
    .filter(([heading]) => !sections.has(heading))
    .map(([heading, file]) => `${file}: «${heading}»`);
  assert.deepEqual(missing, [], 'mend the citation, or add the heading to docs/protocol-decisions.md');
});

test('every heading is cited by the code or marked as background', () => {
  const idle = [...sections].filter(([heading, text]) => !cited.has(heading) && !text.startsWith('*Background.*'));
  assert.deepEqual(
    idle.map(([heading]) => heading),
    [],
  );
});

test('no heading that the code cites is marked as background', () => {
  const stale = [...sections].filter(([heading, text]) => cited.has(heading) && text.startsWith('*Background.*'));
  assert.deepEqual(
    stale.map(([heading]) => heading),
    [],
  );
});

test('each heading stands once, and the search for citations is not blind', () => {
  const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading);
  assert.equal(new Set(headings).size, headings.length);
  assert.ok(cited.size > 40, `only ${cited.size} different citations were found`);
});
