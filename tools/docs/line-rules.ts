import type { CommandLine } from './command-lines.ts';

/** How a command line of the documentation is run where it cannot be run as it stands. */
export interface LineRule {
  readonly line: RegExp;
  /** What stands for what: another port, and less of it. Places that a reader fills in are filled in everywhere. */
  readonly instead?: readonly (readonly [what: RegExp | string, by: string])[];
  readonly append?: string;
  /** A person would type the password. */
  readonly typesPassword?: true;
  /** Its exit code, if not 0. */
  readonly exit?: number;
  /** It goes on until it is stopped: this is what it says once it is ready. */
  readonly until?: RegExp;
  /** Stopped at once, since another is to go on. */
  readonly briefly?: true;
  /** Too long for every time: it runs with MUSTER_LONG=1, and is read strictly each time. */
  readonly long?: true;
  /** It is read and not run, for this reason. */
  readonly onlyRead?: string;
}

const twoCases = '--case DEV-ENR-001 DEV-TLS-002';
const ready = /What a device needs[\s\S]*Approve from a script[\s\S]*approve\n/;
const anyPorts = '--http 0 --tls 0 --console 0';
const operatingSystem = 'changes this machine; deploy/deploy.test.ts holds the files that it installs';
/** Whoever else is at work on the machine says nothing of a load. */
const unhurried = '--loop-delay 1m';
const queue = 'needs a queue in PostgreSQL or Redis; harness/cli/worker.test.ts has one';

/** The first that fits counts. A line that none fits is run as it stands. Every rule fits a line: a test says so. */
export const lineRules: readonly LineRule[] = [
  { line: /^npm (start|test)\b/, onlyRead: 'is this very suite, or a step of it' },
  { line: /^export PATH=/, onlyRead: 'is for the shell of a contributor' },
  { line: /^(useradd|git clone|install|cp|systemctl) /, onlyRead: operatingSystem },
  { line: /--queue /, onlyRead: queue },
  {
    line: /muster serve +--approve/,
    append: `--data other-server ${anyPorts}`,
    until: ready,
    briefly: true,
    long: true,
  },
  { line: /muster serve --data/, append: anyPorts, until: ready, long: true },
  { line: /muster serve *(#.*)?$/, append: anyPorts, until: ready },
  {
    line: /^python3 .*server\.py/,
    instead: [['--http 15045 --tls 11443', '--http 0 --tls 0']],
    until: /\n/,
    long: true,
  },
  { line: /certify server [\s\S]*examples\/servers/, append: '--case SRV-ENR-001', typesPassword: true, long: true },
  { line: /certify server /, append: '--case SRV-ENR-001' },
  { line: /--adapter prompt/, append: '--case DEV-ENR-001', exit: 4, long: true },
  { line: /--case DEV-FUZ-001/, instead: [['--budget 2000', '--budget 1']], long: true },
  { line: /certify device --adapter \S+ --case DEV-ENR-001 *(#.*)?$/, append: 'DEV-TLS-002' },
  { line: /certify device .*--case /, long: true },
  // A certificate is of the whole.
  { line: /certify device .*--certify/, long: true },
  { line: /acme-2\.4\.1|\$work|work=|statement\.json/, long: true },
  { line: /certify device /, append: twoCases, long: true },
  { line: /muster replay /, long: true },
  { line: /muster (enroll|config account) /, typesPassword: true },
  { line: /muster report (merge|baseline)/, long: true },
  { line: /muster load --simulators 1000 *(#.*)?$/, instead: [['1000', '20']], append: unhurried },
  {
    line: /--validity 30s --renewals 5/,
    append: unhurried,
    instead: [
      ['200', '20'],
      ['30s', '4s'],
      ['5', '1'],
    ],
    long: true,
  },
  {
    line: /--start-at/,
    instead: [
      [/--start-at \S+/, '--start-at $(date -u -d "+15 seconds" +%Y-%m-%dT%H:%M:%SZ)'],
      ['--shard 1/3', '--shard $slice/3'],
      ['shard-1', 'shard-$slice'],
      ['100/s --duration 5m', `10/s --duration 2s ${unhurried}`],
      [/ … .*$/, ''],
      [/^(.*)$/s, 'for slice in 1 2 3; do $1 & done; wait'],
    ],
    long: true,
  },
  {
    line: /muster load /,
    append: unhurried,
    instead: [
      [/--simulators \d+/, '--simulators 20'],
      ['--rate 50/s --duration 10m', '--rate 20/s --duration 2s'],
      ['enroll.p95<2s', 'enroll.p95<2m'],
      ['--calls 10 --call-every 5s', '--calls 2 --call-every 100ms'],
    ],
    long: true,
  },
];

export function ruleOf({ text }: CommandLine): LineRule | undefined {
  return lineRules.find(({ line }) => line.test(text));
}

/** What is really run of a line. */
export function asRun(line: CommandLine): string {
  const { instead = [], append } = ruleOf(line) ?? {};
  const replaced = instead.reduce((text, [what, by]) => text.replace(what, by), line.text);
  return [replaced.replace(/\s+#.*$/, ''), append].filter(Boolean).join(' ');
}
