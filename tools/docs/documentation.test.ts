import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { long, longTests } from '#harness/long-tests.ts';
import { type CommandLine, commandLines, inlineCommands } from './command-lines.ts';
import { documentedPages, root } from './documented.ts';
import { serveHttpAdapter } from './http-adapter-of-docs.ts';
import { asRun, lineRules, ruleOf } from './line-rules.ts';
import { PageSession } from './page-session.ts';
import { expectNamed, expectReadable } from './read-lines.ts';
import { serverOf } from './server-of-docs.ts';

const pages = documentedPages();
const lines = pages.map(([page, markdown]) => commandLines(page, markdown));
const name = ({ page, line, text }: CommandLine): string => `${page}:${line} ${text.replace(/\s*\\\n\s*/g, ' ')}`;
const problemOf = async (line: CommandLine, read: (line: CommandLine) => Promise<void>): Promise<string[]> =>
  read(line).then(
    () => [],
    (thrown: Error) => [`${name(line)}: ${thrown.message}`],
  );

test('every command line of the documentation is understood by its shell and by muster', async () => {
  assert.ok(lines.flat().length > 50);
  const problems = await Promise.all(lines.flat().map((line) => problemOf(line, expectReadable)));
  assert.deepEqual(problems.flat(), []);
});

test('a command or an option that there is not is seen (control)', async () => {
  const seen = async (text: string) => problemOf({ page: 'p', line: 1, text }, expectReadable);
  assert.deepEqual(await seen('muster list cases'), []);
  assert.match((await seen('muster list cases --colour')).join(), /Unknown argument: colour/);
  assert.match((await seen('npx muster serve --approve perhaps')).join(), /Invalid values/);
  assert.match((await seen("muster load --threshold 'p95<2s")).join(), /bash does not understand/);
});

test('every command in the running text has the options that it names', async () => {
  const inline = pages.flatMap(([page, markdown]) => inlineCommands(page, markdown));
  assert.ok(inline.length > 50);
  const problems = await Promise.all(inline.map((line) => problemOf(line, expectNamed)));
  assert.deepEqual(problems.flat(), []);
  assert.match((await problemOf({ page: 'p', line: 1, text: 'muster list --colour' }, expectNamed)).join(), /--colour/);
});

test('every rule by which a line is run otherwise fits a line', () => {
  const unused = lineRules.filter((rule) => !lines.flat().some((line) => ruleOf(line) === rule));
  assert.deepEqual(
    unused.map(({ line }) => String(line)),
    [],
  );
});

test('every link of the documentation leads somewhere', () => {
  const dead = pages.flatMap(([page, markdown]) =>
    [...markdown.matchAll(/(?:\]\(|src="|srcset=")(?!https?:)([^)#\s"]+)/g)].flatMap(([, link = '']) =>
      existsSync(join(root, dirname(page), decodeURI(link))) ? [] : [`${page}: ${link}`],
    ),
  );
  assert.deepEqual(dead, []);
});

const scratch = await mkdtemp(join(tmpdir(), 'muster-docs-'));
const httpAdapter = longTests ? await serveHttpAdapter() : undefined;
after(async () => {
  await httpAdapter?.close();
  await rm(scratch, { recursive: true, force: true });
});

/** The server of the first page goes on for the others. */
let first: PageSession | undefined;
after(() => first?.stop());
/** The same line of another page needs no second run. */
const done = new Map<string, string>();

for (const [index, [page]] of pages.entries()) {
  const own = lines[index] ?? [];
  if (own.length === 0) continue;
  test(page, async (t) => {
    const session = await PageSession.open(join(scratch, String(index)), first?.server);
    first ??= session;
    session.set('HTTP_ADAPTER', httpAdapter?.url ?? '');
    for (const line of own) await t.test(name(line), optionsOf(line), () => runLine(session, line));
    if (session !== first) await session.stop();
  });
}

/** Nothing is left out in silence: what is not run says why. */
function optionsOf(line: CommandLine): { skip?: string | boolean } {
  const { onlyRead, long: isLong } = ruleOf(line) ?? {};
  if (onlyRead !== undefined) return { skip: `read, not run: it ${onlyRead}` };
  return isLong ? long : {};
}

async function runLine(session: PageSession, line: CommandLine): Promise<void> {
  const { exit = 0, until, briefly, typesPassword } = ruleOf(line) ?? {};
  const text = session.substituted(asRun(line).replace(/^npx /, ''));
  const [, variable, value = ''] = /^export (\w+)=(\S+)/.exec(text) ?? [];
  if (variable !== undefined) {
    session.set(variable, value === '…' ? (session.server?.password ?? '') : value);
    return;
  }
  if (done.has(text)) return;
  done.set(text, name(line));
  if (until === undefined) {
    const { code, output } = await session.run(text, typesPassword);
    assert.equal(code, exit, output);
    return;
  }
  const server = serverOf(await session.start(text, until), session);
  if (briefly) assert.equal(await session.stopLast(), 0);
  else session.server = server;
}
