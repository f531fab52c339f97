import { MusterError } from '#protocol/errors.ts';

/** What of the words of `muster certify` bears on what a certificate is worth. */
interface LockedWords {
  readonly certify: boolean;
  readonly role?: 'device' | 'server' | undefined;
  readonly adapter?: string | undefined;
  readonly target?: string | undefined;
  readonly [option: string]: unknown;
}

/** Each would make a certificate of less, or of something else. */
const less: Readonly<Record<string, string>> = {
  case: 'a certificate is of every case of its requirement set',
  list: 'it runs every case',
  shard: 'a certificate is of one subject in one run',
  budget: 'a certificate is by as many inputs as each case says',
  baseline: 'a certificate excuses no failure',
  'last-failed': 'a certificate is of one run',
};

const more = { requirementSet: 'requirement-set', firmware: 'firmware' } as const;

/** Holds a certification to all that its requirement set asks. @throws MusterError settings-invalid */
export function expectWhole(words: LockedWords): void {
  const refuse = (text: string): never => {
    throw new MusterError('settings-invalid', text);
  };
  const isGiven = (name: string): boolean => words[name] !== undefined && words[name] !== false;
  if (!words.certify) {
    for (const [name, option] of Object.entries(more)) if (isGiven(name)) refuse(`--${option} belongs to --certify.`);
    return;
  }
  for (const [name, why] of Object.entries(less)) {
    if (isGiven(name)) refuse(`--${name} does not go with --certify: ${why}.`);
  }
  if (words.role === undefined)
    refuse('--certify: one subject is expected: muster certify device … or muster certify server …');
  const subject = words.role === 'server' ? words.target : words.adapter;
  if (subject === undefined) {
    const option = words.role === 'server' ? '--target URL' : '--adapter PATH';
    refuse(`--certify: ${option} is expected; what is built in is a part of Muster, and no product to be certified.`);
  }
  if (words.adapter === 'prompt')
    refuse('--certify: an adapter is expected; by hand only two inputs of each property case are tried.');
}
