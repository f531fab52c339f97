import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { privateKeyPem } from '#protocol/pki/keys.ts';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { remediesOf } from '#reports/remedies.ts';
import type { CaseRecord } from '#reports/run-record.ts';
import { elsewherePath } from '#simulators/hostile/answer-fault.ts';
import type { TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { scriptOf, type WireScript } from '#simulators/hostile/wire-script.ts';
import type { DeviceEnvironment } from '../subject/device.ts';
import { reissueOf } from './reissue.ts';

/** What a bench is playing: enough for a server that stands alone to play the same. */
export interface Stage {
  readonly fault: {
    readonly id: string;
    readonly explanation: string;
    /** Of a lie inside good TLS: what is answered with it. */
    readonly operation?: 'getcacert' | 'enrollment';
    /** No fault: a device must take it. */
    readonly good?: boolean;
    readonly allowed?: boolean;
    /** There may be no answer to understand: a device that reports none is not to blame. */
    readonly transport?: boolean;
    /** No TLS: what meets a handshake in its place. */
    readonly tlsPort?: TlsOutage['tlsPort'];
  };
  /** The chain and the key that are shown; absent when no TLS library can play it. */
  readonly identity?: TlsIdentity;
  readonly environment: () => DeviceEnvironment;
  /** What was asked and answered, in order. */
  readonly exchanges: readonly {
    readonly request: HttpRequest;
    readonly operation: string;
    readonly answer?: HttpAnswer;
  }[];
  /** The CA that issues, made for this one case. */
  readonly authority: Authority;
}

type Failure = Pick<CaseRecord, 'id' | 'title' | 'reason' | 'control' | 'requirements'> & { readonly folder?: string };

const template = new URL('./repro-server.mjs', import.meta.url);

/**
 * Leaves a folder that shows a failure again without Muster: `repro/ID/`, with the server that the device met.
 * @returns the paths of its files, relative to the folder of the run record
 */
export async function writeRepro(outFolder: string, failure: Failure, stage: Stage | undefined): Promise<string[]> {
  const caseFolder = failure.folder ?? failure.id;
  const folder = join(outFolder, 'repro', caseFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const why = whyNot(stage);
  const files = new Map<string, string>([['README.md', readmeOf(failure, stage, why)]]);
  if (stage?.identity && why === undefined) {
    files.set('serve.mjs', await readFile(template, 'utf8'));
    files.set('server-chain.pem', stage.identity.chainPem);
    files.set('server-key-throw-away.pem', stage.identity.keyPem);
    files.set('anchor.pem', stage.environment().anchorPem);
    if (lastAnswers(stage).some(({ reissue }) => typeof reissue() === 'object'))
      files.set('ca-key-throw-away.pem', privateKeyPem(stage.authority.key));
    files.set('stage.json', `${JSON.stringify(script(stage, stage.identity), null, 2)}\n`);
  }
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return [...files.keys()].map((name) => `repro/${caseFolder}/${name}`);
}

/** Why no server that stands alone can play it, or undefined. */
function whyNot(stage: Stage | undefined): string | undefined {
  if (!stage)
    return 'In this case the server is honest, or the fault is one of order and time: the whole bench is needed.';
  if (!stage.identity) return 'The TLS of this case is spoken by hand, and says what no TLS library would say.';
  const last = answersOf(stage).findLast(({ operation }) => operation !== 'getcacert');
  if (last?.reissue() === 'cannot')
    return 'The answer of this case bears the very key that the device sent, in a form that cannot simply be written again.';
  return undefined;
}

interface Played {
  readonly operation: string;
  readonly answer: HttpAnswer;
  /** How it is said to another device, whose key may stand in a lie. */
  readonly reissue: () => ReturnType<typeof reissueOf>;
}

/** What the server of the case answered; what was asked where a redirect leads is no part of its play. */
function answersOf({ fault, exchanges, authority }: Stage): Played[] {
  return exchanges.flatMap(({ request, operation, answer }) => {
    if (!answer || request.path.startsWith(elsewherePath)) return [];
    const isLie = fault.operation === 'enrollment' && operation !== 'getcacert';
    return [{ operation, answer, reissue: () => (isLie ? reissueOf(answer, request, authority) : undefined) }];
  });
}

function lastAnswers(stage: Stage): Played[] {
  return [...new Map(answersOf(stage).map((played) => [played.operation, played])).values()];
}

/** How long an answer without end lasts when it is shown again: the patience of a device is not known then. */
const withoutEndMs = 60_000;

function lasting({ steps, end }: WireScript): WireScript {
  const longer = steps.map((step) =>
    'everyMs' in step ? { ...step, times: Math.max(step.times ?? 1, withoutEndMs / (step.everyMs ?? 1)) } : step,
  );
  return { steps: longer, end };
}

function script(stage: Stage, { weak, version }: TlsIdentity) {
  const { fault, environment } = stage;
  const { httpUrl, tlsUrl, profile, caFingerprintSha256, caFingerprintSha1, deviceName, device, customer } =
    environment();
  /** The ports are others when it is shown again. */
  const portsLeftOpen = (text: string): string =>
    text.replace(`:${new URL(httpUrl).port}/`, ':{HTTP_PORT}/').replace(`:${new URL(tlsUrl).port}/`, ':{TLS_PORT}/');
  const answers = new Map<string, object>();
  for (const { operation, answer, reissue } of lastAnswers(stage)) {
    const { status, body } = answer;
    const headers = Object.entries(answer.headers).map(([name, value]) => [name, portsLeftOpen(value)]);
    const written = scriptOf(answer)?.script;
    const again = reissue();
    answers.set(operation, {
      status,
      headers: Object.fromEntries(headers),
      body: Buffer.from(body).toString('latin1'),
      ...(written ? { script: lasting(written) } : {}),
      ...(typeof again === 'object' ? { reissue: again } : {}),
    });
  }
  return {
    fault: { id: fault.id, explanation: fault.explanation },
    /** Where the lie is: in the server's identity, in an answer, or in that there is no TLS. */
    lie: fault.operation ?? (fault.tlsPort ? 'no TLS' : 'identity'),
    transport: fault.transport === true || fault.tlsPort !== undefined,
    ...(fault.tlsPort ? { tlsPort: fault.tlsPort } : {}),
    elsewherePath,
    mustAccept: fault.good === true || fault.allowed === true,
    host: new URL(tlsUrl).hostname,
    path: new URL(tlsUrl).pathname,
    profile,
    legacyTls: profile === 'legacy' || weak === true,
    ...(version === undefined ? {} : { version }),
    environment: { caFingerprintSha256, caFingerprintSha1, deviceName, device, customer },
    answers: Object.fromEntries(answers),
  };
}

function readmeOf(
  { id, title, reason, control, requirements }: Failure,
  stage: Stage | undefined,
  why?: string,
): string {
  const known = requirements.flatMap((name) => allRequirements().find((one) => one.id === name) ?? []);
  const remedies = remediesOf(requirements);
  const weaknesses = [...new Set(remedies.flatMap((remedy) => remedy.weaknesses))];
  const play = why
    ? [`This failure cannot be shown by a server that stands alone. ${why} Run it again with \`muster replay ${id}\`.`]
    : [
        '```sh',
        'node serve.mjs                     # plays the server, and says what a device does with it',
        'node serve.mjs ./adapter enroll    # the same, with a device that follows the adapter contract of Muster',
        '```',
        '',
        'It needs Node 24 and nothing else. The device must trust `anchor.pem`, and reach the server under the name that is',
        'shown. The keys in `…-throw-away.pem` were made for this one case and are of no other use. Answers are those that were',
        'given when the device failed; a certificate in them is issued again for the key that the device has now.',
      ];
  return `${[
    `# ${id}: ${title}`,
    ...(stage ? [`Fault: **${stage.fault.id}**. ${stage.fault.explanation}`] : []),
    `Expected: ${title}.`,
    `Seen: ${reason}`,
    `Control: ${control}`,
    '## Show it again',
    play.join('\n'),
    '## What must hold',
    known
      .map(({ id: name, level, sentence, quote, citation }) => {
        return `- ${name} (${level}): ${sentence}${quote ? ` “${quote}”` : ''} [${citation}]`;
      })
      .join('\n'),
    '## Known as',
    weaknesses.map((line) => `- ${line}`).join('\n'),
    '## How to mend it',
    remedies.map(({ mend }) => `- ${mend}`).join('\n'),
  ].join('\n\n')}\n`;
}
