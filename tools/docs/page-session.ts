import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { sampleRecord } from '#reports/sample-record.ts';
import { root } from './documented.ts';

/** A server that a line started, for the lines after it. */
export interface DocumentedServer {
  readonly tls: string;
  readonly cleartext: string;
  readonly anchor: string;
  readonly fingerprint: string;
  readonly password: string;
  readonly folder: string;
  /** Of the reference server. */
  readonly console?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const patienceMs = 120_000;

/** Two that no other run of these tests on this machine takes; below those of clients. */
const ports = 12_000 + 2 * (process.pid % 8_000);

/** One page, read by somebody who copies its lines into a shell, one after the other. */
export class PageSession {
  readonly folder: string;
  readonly #environment: Record<string, string>;
  readonly #running: ChildProcess[] = [];
  server: DocumentedServer | undefined;

  private constructor(folder: string, server: DocumentedServer | undefined) {
    this.folder = folder;
    this.server = server;
    const { PATH = '' } = process.env;
    this.#environment = {
      PATH: [join(folder, 'bin'), join(root, 'node_modules', '.bin'), PATH].join(delimiter),
      HOME: folder,
    };
  }

  /** Makes the folder as the pages take it to be: what they name is there. */
  static async open(folder: string, server: DocumentedServer | undefined): Promise<PageSession> {
    await mkdir(join(folder, 'bin'), { recursive: true });
    const script = async (name: string, text: string): Promise<void> => {
      await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
      await chmod(join(folder, name), 0o755);
    };
    const muster = join(root, 'harness', 'cli', 'muster.mjs');
    await script('bin/muster', `exec '${process.execPath}' '${muster}' "$@"`);
    await script('bin/npx', 'exec "$@"');
    await script('adapter', `exec '${join(root, 'examples/adapters/openssl/adapter')}' "$@"`);
    await symlink(join(root, 'examples'), join(folder, 'examples'));
    await copyFile(join(root, 'examples/profiles/openssl.profile'), join(folder, 'gw.profile'));
    for (const run of ['before', 'after', 'nightly/2026-11-27', 'muster-report']) {
      await mkdir(join(folder, run), { recursive: true });
      await writeFile(join(folder, run, 'run.json'), JSON.stringify(sampleRecord));
    }
    await writeFile(join(folder, 'muster.conf'), 'enroll enabled\ngroup bench\ndevice gw7.example.com bench enabled\n');
    // An answer that is a refusal is a failure of the line.
    await writeFile(join(folder, '.curlrc'), 'fail\n');
    if (server) {
      await copyFile(server.anchor, join(folder, 'third-party-ca.pem'));
      await symlink(server.folder, join(folder, 'muster-server'));
      await writeFile(join(folder, 'devices'), `device 1 1 gw1.example.com sample ${server.password}\n`);
    }
    const session = new PageSession(folder, server);
    if (server) session.set('TOKEN', (await readFile(join(server.folder, 'operator-token'), 'utf8')).trim());
    return session;
  }

  /** What an `export` of a page sets, for the lines after it. */
  set(name: string, value: string): void {
    this.#environment[name] = value;
  }

  /** The line with what is there in the place of what it names. */
  substituted(text: string): string {
    const { tls = '', cleartext = '', fingerprint = '', console: address = '' } = this.server ?? {};
    const places: readonly (readonly [what: RegExp | string, by: string])[] = [
      [/https:\/\/(ch\.example\.com:1443|localhost:11?443)\/tep/g, tls],
      [/http:\/\/(ch\.example\.com:5045|localhost:1?5045)\/tep/g, cleartext],
      [/SHA256-OF-ITS-CA-CERTIFICATE|\bFINGERPRINT\b/g, fingerprint],
      ['http://127.0.0.1:5080', address.replace(/\/$/, '')],
      ['bench.example.com', 'localhost'],
      ['--http 5045 --tls 1443', `--http ${ports} --tls ${ports + 1}`],
      ['http://192.0.2.7:8080/gateway', this.#environment.HTTP_ADAPTER ?? ''],
      ['/tmp/', `${this.folder}/`],
    ];
    return places.reduce((line, [what, by]) => line.replaceAll(what, by), text);
  }

  /** Runs a line to its end. */
  async run(text: string, typesPassword = false): Promise<Ended> {
    const typed = this.#environment.MUSTER_PASSWORD ?? this.server?.password ?? '';
    const { child, output } = this.#spawn(text, typesPassword ? { MUSTER_PASSWORD: typed } : {});
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: output() };
  }

  /** Starts a line that goes on, waits until it says so, and gives what it said. */
  async start(text: string, until: RegExp): Promise<string> {
    const { child, output } = this.#spawn(`exec ${text}`);
    this.#running.push(child);
    const deadline = Date.now() + patienceMs;
    while (!until.test(output())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`It was to say ${until}; it said:\n${output()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return output();
  }

  /** Ends the line that was started last, as a service manager would, and gives its exit code. */
  async stopLast(): Promise<number | null> {
    const child = this.#running.pop();
    if (child?.pid === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGTERM');
      await once(child, 'close');
    }
    return child.exitCode;
  }

  /** Ends all that goes on. */
  async stop(): Promise<void> {
    while (this.#running.length > 0) await this.stopLast();
  }

  /** In a shell that goes on where the line before left it: its folder, and its variables. */
  #spawn(text: string, more: Readonly<Record<string, string>> = {}): { child: ChildProcess; output: () => string } {
    const state = join(this.folder, '.shell');
    const script = `set -a -o pipefail; [ ! -f '${state}' ] || . '${state}'\n${text}\nended=$?
{ export -p | grep -v ' MUSTER_PASSWORD='; echo "cd '$PWD'"; } > '${state}'; exit $ended`;
    const child = spawn('bash', ['-c', script], {
      cwd: this.folder,
      env: { ...this.#environment, ...more, SERVE_API: `${this.server?.console ?? ''}api` },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => void said.push(part));
    }
    return { child, output: () => said.join('') };
  }
}
