import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import type { Persona } from '#simulators/gateway/persona.ts';
import { allPersonas, findPersona } from '#simulators/gateway/personas.ts';
import type { GatewaySettings } from '#simulators/gateway/settings.ts';
import { choiceOption, durationOption, flagOption, named, numberOption, textOption } from './options.ts';
import { readPassword } from './password.ts';

const profileIds = ['modern', 'legacy'] as const satisfies readonly ProfileId[];

export const enrollOptions = named({
  tls: textOption("The server's URL for TLS [MUSTER_TLS_URL]"),
  http: textOption("Its URL for cleartext; the TLS URL's host, port 5045, when absent [MUSTER_HTTP_URL]"),
  anchor: textOption('PEM file of the third-party CA that vouches for the server [MUSTER_ANCHOR]'),
  fingerprint: textOption(
    "SHA-256 or SHA-1 of the server's CA certificate [MUSTER_CA_FINGERPRINT_SHA256, MUSTER_CA_FINGERPRINT_SHA1]",
  ),
  'ca-over': choiceOption('How getcacert goes: over cleartext when there is a fingerprint, else over TLS', [
    'cleartext',
    'tls',
  ]),
  name: textOption("The device's DNS name or address [MUSTER_DEVICE_NAME]"),
  device: textOption('Its number [MUSTER_DEVICE]'),
  customer: textOption("Its customer's number [MUSTER_CUSTOMER]"),
  username: textOption('User name; the password comes from MUSTER_PASSWORD or is asked for [MUSTER_USERNAME]'),
  'password-file': textOption('File whose first line is the password'),
  state: textOption('Folder that keeps the key and the certificate; muster-device when absent [MUSTER_STATE]'),
  profile: choiceOption('legacy is insecure; modern when absent [MUSTER_PROFILE]', profileIds),
  'key-kind': choiceOption("The new key; the profile's own kind when absent", [
    'p256',
    'p384',
    'rsa1024',
    'rsa2048',
    'rsa3072',
  ]),
  poll: { ...durationOption('How long to wait before each poll while pending'), default: '5s' },
  polls: { ...numberOption('How often to poll; 0 leaves it to the next start'), default: '12' },
  timeout: { ...durationOption('For one message and its answer'), default: '10s' },
  'renew-before': durationOption('How long before its end to renew a certificate; a tenth of its life when absent'),
  renew: flagOption('Re-enroll although the certificate is not near its end'),
  call: textOption('Once enrolled, ask where a call to this number may go'),
  talk: durationOption('With --call: report that somebody talked for so long'),
  persona: { ...textOption('Behave wrongly in one named way, to test a server'), default: 'honest' },
  verbose: { ...flagOption('Show what went over the wire, secrets left out'), alias: 'v' },
  json: flagOption('Print the outcome as one JSON object'),
} as const);

export type EnrollWords = InferredOptionTypes<typeof enrollOptions>;

/** Settings of an option that was not given, by the environment of the adapter contract. */
const variables = {
  tls: ['MUSTER_TLS_URL'],
  http: ['MUSTER_HTTP_URL'],
  anchor: ['MUSTER_ANCHOR'],
  fingerprint: ['MUSTER_CA_FINGERPRINT_SHA256', 'MUSTER_CA_FINGERPRINT_SHA1'],
  name: ['MUSTER_DEVICE_NAME'],
  device: ['MUSTER_DEVICE'],
  customer: ['MUSTER_CUSTOMER'],
  username: ['MUSTER_USERNAME'],
  state: ['MUSTER_STATE'],
  profile: ['MUSTER_PROFILE'],
} as const satisfies Partial<Record<keyof EnrollWords, readonly string[]>>;

type Given = Partial<Record<keyof typeof variables, string>>;

/** Which option sets what the gateway calls so. */
const optionOf: Readonly<Record<string, string>> = {
  tlsUrl: '--tls',
  httpUrl: '--http',
  anchorsPem: '--anchor',
  caFingerprint: '--fingerprint',
  deviceName: '--name',
  device: '--device',
  customer: '--customer',
  username: '--username',
};

export interface EnrollPlan {
  readonly settings: Omit<GatewaySettings, 'renewBeforeSeconds'>;
  readonly persona: Persona;
  readonly state: string;
}

/** What to enroll, from the command line and, for what it leaves out, the environment. @throws MusterError */
export async function planEnrollment(
  words: ArgumentsCamelCase<EnrollWords>,
  environment: NodeJS.ProcessEnv,
): Promise<EnrollPlan> {
  const given = completed(words, environment);
  const { tls, anchor, name, device, customer, username, profile = 'modern', fingerprint } = given;
  const missing = (['tls', 'anchor', 'name', 'device', 'customer', 'username'] as const).filter((each) => !given[each]);
  if (!tls || !anchor || !name || !device || !customer || !username) {
    const list = missing.map((each) => `--${each} (or ${variables[each].join(', ')})`).join(', ');
    throw new MusterError('settings-invalid', `Expected also: ${list}. "muster serve" prints a line with all of them.`);
  }
  const known = profileIds.find((id) => id === profile);
  if (!known)
    throw new MusterError('settings-invalid', `MUSTER_PROFILE: modern or legacy is expected, seen "${profile}".`);
  const anchorsPem = await readTextFile(anchor, 'certificates of the third-party CA, in PEM');
  const persona = personaOf(words.persona);
  const password = await readPassword({ environment, file: words.passwordFile, input: process.stdin, piped: false });
  return {
    persona,
    state: given.state ?? 'muster-device',
    settings: {
      tlsUrl: tls,
      httpUrl: given.http ?? cleartextBeside(tls),
      anchorsPem,
      ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
      caCertificateVia: words.caOver ?? (fingerprint === undefined ? 'tls' : 'cleartext'),
      deviceName: name,
      device,
      customer,
      username,
      password,
      profile: known,
      ...(words.keyKind === undefined ? {} : { keyKind: words.keyKind }),
      pollIntervalSeconds: words.poll,
      maximumPolls: words.polls,
      timeoutSeconds: words.timeout,
      clockSkewSeconds: 60,
    },
  };
}

/** The same error, in the words of the command line. */
export function inOptions(thrown: unknown): unknown {
  const { problems } = thrown instanceof MusterError ? thrown.details : {};
  if (!Array.isArray(problems)) return thrown;
  const lines = problems.map((problem) => String(problem).replace(/^\w+/, (name) => optionOf[name] ?? name));
  return new MusterError('settings-invalid', `These options cannot be used:\n  ${lines.join('\n  ')}`, {
    cause: thrown,
  });
}

function completed(words: ArgumentsCamelCase<EnrollWords>, environment: NodeJS.ProcessEnv): Given {
  const given: Given = {};
  for (const [name, names] of Object.entries(variables) as [keyof Given, readonly string[]][]) {
    const value = words[name] ?? names.map((variable) => environment[variable]).find((text) => text);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function cleartextBeside(tls: string): string {
  return URL.canParse(tls) ? `http://${new URL(tls).hostname}:5045/tep` : tls;
}

function personaOf(id: string): Persona {
  const persona = findPersona(id);
  if (persona) return persona;
  const ids = allPersonas.map((each) => each.id).join(', ');
  throw new MusterError('not-found', `--persona: there is no "${id}"; expected one of: ${ids}.`);
}
