import { readFile } from 'node:fs/promises';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { verbUnsupported } from './adapter.ts';
import { firmwareOf } from './firmware.ts';

/** Shows a text and gives the line that a person typed; undefined when nobody can, any more. */
export type Ask = (text: string) => Promise<string | undefined>;

type Environment = Readonly<Record<string, string | undefined>>;

/** An answer of the HTTP adapter contract. */
export type PromptAnswer = Readonly<Record<string, unknown>>;

const tasks: Readonly<Record<string, string>> = {
  reset: 'Put the device back to its factory state.',
  enroll: 'Let the device fetch the CA certificate (getcacert) and enroll (request).',
  retrieve: 'Let the device ask once for its certificate (retrieve).',
  renew: 'Let the device enroll again (re-enroll).',
};

/** What a person has to enter at the device, in the order of Table 1 and of the exchange. */
const settings = [
  ['server, cleartext', 'MUSTER_HTTP_URL'],
  ['server, TLS', 'MUSTER_TLS_URL'],
  ['third-party CA, PEM', 'MUSTER_ANCHOR'],
  ['CA certificate, SHA-256', 'MUSTER_CA_FINGERPRINT_SHA256'],
  ['CA certificate, SHA-1', 'MUSTER_CA_FINGERPRINT_SHA1'],
  ['name of the device', 'MUSTER_DEVICE_NAME'],
  ['device number', 'MUSTER_DEVICE'],
  ['customer number', 'MUSTER_CUSTOMER'],
  ['user name', 'MUSTER_USERNAME'],
  ['password', 'MUSTER_PASSWORD'],
] as const;

interface Outcome {
  readonly exit: number;
  readonly says: string;
  /** Only these verbs can end so; every verb when absent. */
  readonly verbs?: readonly string[];
  readonly asksWhy?: boolean;
}

const enrolling = ['enroll', 'retrieve', 'renew'];

const outcomes: readonly Outcome[] = [
  { exit: 0, says: 'it is back to its factory state', verbs: ['reset'] },
  { exit: 0, says: 'it enrolled', verbs: enrolling },
  { exit: 10, says: 'it is pending: the server has not decided yet', verbs: enrolling },
  { exit: 20, says: 'the device refused the server', verbs: enrolling, asksWhy: true },
  { exit: 21, says: 'the server refused the device', verbs: enrolling, asksWhy: true },
  { exit: verbUnsupported, says: 'the device does not support this' },
  { exit: 88, says: 'I cannot tell' },
  { exit: 1, says: 'something broke, and it is not the device’s doing', asksWhy: true },
];

const nobody: PromptAnswer = { exit: 88, reason: 'nobody answers at the terminal' };

/** Asks a person to do one verb at the device, and what happened. An answer that is missing is never a good one. */
export async function askPerson(verb: string, environment: Environment, ask: Ask): Promise<PromptAnswer> {
  if (verb === 'info') return describe(ask);
  if (verb === 'status') return heldBy(environment, ask);
  const task = tasks[verb];
  if (!task) return { exit: verbUnsupported };
  const lines = settings.map(([name, variable]) => `    ${name.padEnd(24)} ${environment[variable] ?? ''}`);
  const choices = outcomes.filter(({ verbs }) => !verbs || verbs.includes(verb));
  const menu = choices.map(({ says }, at) => `  ${at + 1}  ${says}`);
  let text = [headOf(environment, task), ...(verb === 'reset' ? [] : lines), 'What happened?', ...menu, '> '].join(
    '\n',
  );
  for (;;) {
    const typed = await ask(text);
    if (typed === undefined) return nobody;
    const chosen = /^\d$/.test(typed.trim()) ? choices[Number(typed.trim()) - 1] : undefined;
    if (chosen) return answerFor(chosen, ask);
    text = `A number from 1 to ${choices.length} is expected.\n> `;
  }
}

async function answerFor({ exit, says, asksWhy = false }: Outcome, ask: Ask): Promise<PromptAnswer> {
  if (!asksWhy) return { exit, reason: says };
  const why = await ask('Why, in the words of the device? > ');
  return why === undefined ? nobody : { exit, reason: why.trim() || `${says}, and gave no reason` };
}

async function describe(ask: Ask): Promise<PromptAnswer> {
  const name = await ask('\nThe device that you drive: vendor and model > ');
  const version = await ask('Its version > ');
  const firmware = await ask('Its firmware: the path of its file, or a digest; empty when neither is known > ');
  return {
    name: name?.trim() || 'a device driven by a person',
    version: version?.trim() || 'unknown',
    ...(firmware?.trim() ? { firmware: await firmwareOf(firmware.trim()) } : {}),
    capabilities: ['driven by a person'],
  };
}

async function heldBy(environment: Environment, ask: Ask): Promise<PromptAnswer> {
  let text = [
    headOf(environment, 'Look at what the device holds.'),
    'Its certificate, as the path of a PEM file; «none»; «pending» while it waits; «?» when you cannot tell.',
    '> ',
  ].join('\n');
  for (;;) {
    const typed = (await ask(text))?.trim();
    if (typed === undefined) return nobody;
    if (typed === '?') return { exit: 88, reason: 'the person at the device cannot tell' };
    if (typed === 'none' || typed === 'pending') return { state: typed };
    try {
      const certificate = await readFile(typed, 'utf8');
      if (fromPem(certificate, 'CERTIFICATE').length > 0) return { state: 'enrolled', certificate };
      throw new MusterError('pem-malformed', 'It holds no certificate.');
    } catch (cause) {
      text = `«${typed}» cannot be read as a PEM file: ${messageOf(cause)}\n> `;
    }
  }
}

function headOf(environment: Environment, task: string): string {
  return `\n${environment.MUSTER_CASE ?? ''}, ${environment.MUSTER_DEVICE_NAME ?? ''}: ${task}`;
}
