import type { ArgumentsCamelCase } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { isProfileId, profiles } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { readStatement } from '../profile/statement-file.ts';
import { isModule, statementIn } from '../profile/statement-module.ts';
import { builtInWorkers, type DevicePlan, type Plan, type TargetPlan } from '../runner/plan.ts';
import type { CertifyWords } from './certify-options.ts';
import { readPassword } from './password.ts';
import { peerUrl } from './peer-url.ts';
import { seedOf } from './repeatable.ts';

type Words = ArgumentsCamelCase<CertifyWords>;

/** The adapter that is a person. */
const byHand = 'prompt';

/** What the words of a command ask for. @throws MusterError settings-invalid, not-found, profile-invalid */
export async function planOf(words: Words): Promise<Omit<Plan, 'workspace'>> {
  refuseForeign(words);
  const judgesDevice = words.role !== 'server';
  const judgesServer = words.role !== 'device';
  const device = devicePlanOf(words);
  const external = words.adapter !== undefined || words.target !== undefined;
  return {
    ...(await profileOf(words)),
    seed: seedOf(words.seed),
    ...(words.budget === undefined ? {} : { budget: words.budget }),
    ...(words.case ? { cases: words.case } : {}),
    ...(words.repeat === undefined ? {} : { repeat: words.repeat }),
    ...(judgesDevice ? { device } : {}),
    ...(judgesServer
      ? { server: words.target === undefined ? { kind: 'built-in', flaw: 'honest' } : await targetOf(words) }
      : {}),
    network: {
      listen: words.listen ?? '127.0.0.1',
      name: words.name ?? 'localhost',
      http: words.http ?? 0,
      tls: words.tls ?? 0,
    },
    // One device or server elsewhere is met by one case at a time.
    workers: external ? 1 : builtInWorkers(words.case),
    caseTimeoutSeconds: caseTimeoutOf(words, device.kind === 'built-in' && !external),
  };
}

/** One of the built-in profiles, or that of a statement. @throws MusterError settings-invalid, not-found, profile-invalid */
async function profileOf({ profile = 'modern', role }: Words): Promise<Pick<Plan, 'profile' | 'statement'>> {
  if (isProfileId(profile)) return { profile };
  const statement = isModule(profile)
    ? await statementIn(profile)
    : readStatement(
        await readTextFile(
          profile,
          `a built-in profile (${Object.keys(profiles).join(', ')}) or the file of a statement`,
        ),
        profile,
      );
  if (role !== undefined && role !== statement.role)
    throw new MusterError(
      'settings-invalid',
      `--profile: ${profile} declares a ${statement.role}: muster certify ${statement.role}.`,
    );
  return { profile: statement.profile, statement };
}

/** A case asks for some ten verbs, and for three with each input of a budget; a hand needs more time than a program. */
function caseTimeoutOf(words: Words, isBuiltIn: boolean): number {
  const { budget = 0 } = words;
  return isBuiltIn ? 60 + Math.ceil(budget / 5) : Math.max(300, 20 * adapterTimeoutOf(words)) + 10 * budget;
}

/** Without a terminal nobody can drive a device by hand: every case is then unverified. */
function devicePlanOf(words: Words): DevicePlan {
  const { adapter } = words;
  if (adapter === undefined) return { kind: 'built-in', persona: 'honest' };
  if (adapter === byHand) return { kind: 'unattended' };
  return { kind: 'adapter', path: adapter, timeoutSeconds: adapterTimeoutOf(words) };
}

export function adapterTimeoutOf({ adapter, adapterTimeout }: Words): number {
  return adapterTimeout ?? (adapter === byHand ? 600 : 30);
}

const deviceOnly = ['adapter', 'adapterTimeout', 'listen', 'name', 'http', 'tls'] as const;
const serverOnly = [
  'target',
  'cleartext',
  'anchor',
  'fingerprint',
  'operator',
  'deviceName',
  'device',
  'customer',
  'username',
  'passwordFile',
] as const;

/** An option that would have no effect is a mistake. @throws MusterError settings-invalid */
function refuseForeign(words: Words): void {
  const given = (names: readonly (keyof typeof words)[]) => names.filter((name) => words[name] !== undefined);
  const refuse = (names: readonly (keyof typeof words)[], where: string): void => {
    const [first] = given(names);
    if (first === undefined) return;
    const option = String(first).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new MusterError('settings-invalid', `--${option} belongs to: muster certify ${where}.`);
  };
  if (words.role !== 'device') refuse(deviceOnly, 'device');
  if (words.role !== 'server') refuse(serverOnly, 'server');
  if (words.target === undefined) refuse(serverOnly, 'server --target URL');
}

async function targetOf(words: Words): Promise<TargetPlan> {
  const { target, cleartext, anchor, deviceName, device, customer, username, fingerprint, operator } = words;
  const missing = Object.entries({ cleartext, anchor, 'device-name': deviceName, device, customer, username })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `--${name}`);
  if (!target || !cleartext || !anchor || !deviceName || !device || !customer || !username) {
    throw new MusterError('settings-invalid', `--target needs also: ${missing.join(', ')}.`);
  }
  return {
    kind: 'target',
    tlsUrl: peerUrl(target, 'target', 'https:'),
    httpUrl: peerUrl(cleartext, 'cleartext', 'http:'),
    anchorPem: await readTextFile(anchor, 'the PEM of the third-party CA'),
    deviceName: deviceName.toLowerCase(),
    device,
    customer,
    username,
    password: await readPassword({
      environment: process.env,
      file: words.passwordFile,
      input: process.stdin,
      piped: false,
    }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
    ...(operator === undefined ? {} : { operatorPath: operator }),
  };
}
