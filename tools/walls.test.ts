/**
 * Prevents: walls that stand in a configuration file and hold nothing. A checker that reads no file of ours, or a
 * pattern that matches no path, is as quiet as a clean house; so forbidden imports are planted here, and must be seen.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

interface Wall {
  readonly room: string;
  readonly message: string;
  readonly forbidden: readonly string[];
  /** The control: what this room may import. */
  readonly allowed: readonly string[];
}

/** A file of another room, by its front door and by relative paths from a room's own file and from a folder in it. */
function waysInto(room: string): string[] {
  return [`#${room}/probe.ts`, `#${room}/deep/probe.ts`, `../${room}/probe.ts`, `../../${room}/deep/probe.ts`];
}

/** Scenarios have no front door. */
const scenarios = ['../scenarios/probe.scenario.ts', '../../scenarios/device/probe.scenario.ts', '#scenarios/probe.ts'];
const ground = ['#protocol/errors.ts', '#protocol/pki/pem.ts', './neighbour.ts', 'node:fs'];
const foreignToProtocol = ['undici', 'msw', 'msw/node', 'yargs', 'yargs/helpers', 'playwright', '@playwright/test'];

const walls: readonly Wall[] = [
  {
    room: 'protocol',
    message: 'protocol is the ground floor: npm packages and node: only.',
    forbidden: [...['reference-server', 'simulators', 'reports', 'harness'].flatMap(waysInto), ...scenarios],
    allowed: ['./neighbour.ts', '../neighbour.ts', 'node:fs', '@peculiar/x509', 'fast-check'],
  },
  {
    room: 'protocol',
    message: 'protocol knows no browser, no HTTP client and no command line: those belong upstairs.',
    forbidden: [...foreignToProtocol, '@mswjs/interceptors'],
    allowed: ['node:http', 'reflect-metadata'],
  },
  {
    room: 'reference-server',
    message: 'The reference server stands on protocol alone; its neighbours do not know it.',
    forbidden: [...['simulators', 'reports', 'harness'].flatMap(waysInto), ...scenarios],
    allowed: [...ground, 'undici', '#reference-server/server.ts'],
  },
  {
    room: 'simulators',
    message: "Simulators stand on protocol alone: sharing the server's engine would share its mistakes.",
    forbidden: [...['reference-server', 'reports', 'harness'].flatMap(waysInto), ...scenarios],
    allowed: [...ground, 'undici', '#simulators/operator.ts'],
  },
  {
    room: 'reports',
    message: 'A report is a pure function of a run record: protocol only.',
    forbidden: [...['reference-server', 'simulators', 'harness'].flatMap(waysInto), ...scenarios],
    allowed: [...ground, '#reports/verdict.ts'],
  },
  {
    room: 'harness',
    message: 'The harness names scenarios by glob and never imports them.',
    forbidden: scenarios,
    allowed: [...ground, ...['reference-server', 'simulators', 'reports', 'harness'].flatMap(waysInto), 'yargs'],
  },
  ...['tools', 'bench', 'vectors', 'examples'].map((room) => ({
    room,
    message: 'Scenarios are named by glob; nobody imports them.',
    forbidden: scenarios,
    allowed: [...ground, '#harness/probe.ts'],
  })),
];

/** The messages of the walls about a file with these statements, by line. Had the linter read no file, it would end 1. */
function judge(room: string, statements: readonly string[]): string[] {
  const folder = join(root, room);
  const made = existsSync(folder) ? undefined : folder;
  if (made) mkdirSync(made);
  const file = join(folder, `wall-probe-${process.pid}.ts`);
  const remove = (): void => rmSync(made ?? file, { force: true, recursive: true });
  process.once('exit', remove);
  try {
    writeFileSync(file, `${statements.join('\n')}\n`);
    const args = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', file];
    const { stdout, stderr, error, status } = spawnSync('node_modules/.bin/biome', args, {
      cwd: root,
      encoding: 'utf8',
    });
    assert.ifError(error);
    const said: string[] = [];
    for (const [, line, message] of stdout.matchAll(/^::error .*\bline=(\d+),.*?::(.*)$/gm)) {
      said[Number(line) - 1] = message ?? '';
    }
    assert.equal(status === 0, said.length === 0, `biome ended ${status}:\n${stdout}${stderr}`);
    return said;
  } finally {
    remove();
    process.off('exit', remove);
  }
}

for (const { room, message, forbidden, allowed } of walls) {
  test(`${room}: ${message}`, () => {
    assert.deepEqual(
      judge(
        room,
        allowed.map((path) => `import '${path}';`),
      ),
      [],
      'the control: what is allowed passes',
    );
    const said = judge(
      room,
      forbidden.map((path) => `import '${path}';`),
    );
    for (const [index, path] of forbidden.entries())
      assert.ok(said[index]?.includes(message), `${path}: ${said[index]}`);
  });
}

test('a wall holds for every way to import', () => {
  const ways = [
    "import { a } from '#harness/probe.ts';",
    "import type { B } from '#harness/probe.ts';",
    "export { c } from '#harness/probe.ts';",
    "export type { D } from '#harness/probe.ts';",
    "export const e = await import('#harness/probe.ts');",
  ];
  assert.equal(judge('protocol', ways).filter((said) => said.includes('ground floor')).length, ways.length);
});
