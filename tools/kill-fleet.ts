/**
 * Prevents: a fleet that has enrolled, and a server that knows only a part of it after its process was killed. Devices enroll
 * at `muster serve`, one after the other in several lanes; it is killed with SIGKILL while they do, and again in the moment
 * in which the last one has its answer. Started again, it has to give each device, byte for byte, the certificate that it had got,
 * no serial number twice, a journal that holds, and a configuration file in which every device is marked.
 *
 * node tools/kill-fleet.ts [--devices 1000] [--database sqlite|postgres]… [--seed 20261123]
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import { openDatabase } from '#reference-server/store/open-database.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import { KilledServer } from './killed-server/server.ts';

const lanes = 32;
const profile = profiles.modern;

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000' },
    database: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
    seed: { type: 'string', default: '20261123' },
  },
});

for (const database of values.database) {
  const cluster = database === 'postgres' ? await ThrowAwayPostgres.start({ durable: true }) : undefined;
  const url = await cluster?.newUrl();
  const options = {
    seed: Number(values.seed),
    devices: Number(values.devices),
    approve: 'auto',
    database: url,
  } as const;
  const server = await KilledServer.create(options);
  try {
    const wrong = await killWhileEnrolling(server, url, database);
    for (const line of wrong) console.error(`${database}: ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await server.remove();
    await cluster?.remove();
  }
}

async function killWhileEnrolling(server: KilledServer, url: string | undefined, name: string): Promise<string[]> {
  const requests = await Promise.all(
    server.identities.map(async ({ deviceName, ...identity }): Promise<EnrollmentMessage> => {
      const pkcs10 = goodPkcs10({ deviceName, key: await generateKeyPair(profile.deviceKey), profile });
      return { operation: 'request', nonce: randomBytes(16), ...identity, pkcs10 };
    }),
  );
  const counts = { lost: 0 };
  const begun = performance.now();
  let answered = 0;
  let killed: Promise<void> | undefined;
  const got = await inLanes(requests, async (request) => {
    const certificate = await certificateOf(server, request, counts);
    answered += 1;
    if (answered === Math.ceil(requests.length / 2)) killed = server.killAndStart();
    return certificate;
  });
  await killed;
  const enrolledMs = performance.now() - begun;

  const restart = performance.now();
  await server.killAndStart();
  const startedMs = performance.now() - restart;
  const marked = (await readFile(server.path('muster.conf'), 'utf8')).match(/^device \S+ A enabled enrolled$/gm);
  const again = await inLanes(requests, (request) =>
    certificateOf(server, { ...request, operation: 'retrieve' }, counts),
  );

  const wrong: string[] = [];
  for (const [index, first] of got.entries()) {
    const second = again[index];
    const device = server.identities[index]?.deviceName;
    if (typeof first === 'string' || typeof second === 'string') wrong.push(`${device}: ${first}, then ${second}`);
    else if (!second || Buffer.compare(first, second) !== 0) wrong.push(`${device} got two certificates`);
  }
  const serials = new Set(got.map((der) => (typeof der === 'string' ? der : parseCertificate(der).serialNumber)));
  if (serials.size !== requests.length) wrong.push(`${requests.length - serials.size} serial numbers were given twice`);
  const kept = await openDatabase(url, server.path('muster.db'));
  if (marked?.length !== requests.length) wrong.push(`${marked?.length ?? 0} devices are marked in the file`);
  const certificates = (await new SqlStore(kept).listCertificates()).length;
  if (certificates !== requests.length) wrong.push(`${certificates} certificates are on record`);
  const { entries, broken } = await new SqlJournal({ database: kept, clock: systemClock }).verify();
  if (broken !== undefined) wrong.push(`the journal does not hold from entry ${broken} on`);
  await kept.close();
  const devices = `${requests.length} devices in ${(enrolledMs / 1000).toFixed(1)} s, ${counts.lost} answers lost and asked for again`;
  const restarted = `killed and serving again in ${startedMs.toFixed(0)} ms`;
  console.log(
    `${name}: ${devices}; ${restarted}; ${certificates} certificates, ${entries} journal entries; ${wrong.length} wrong`,
  );
  return wrong;
}

/** The same message until it is answered; a text when the answer is no certificate. */
async function certificateOf(
  server: KilledServer,
  message: EnrollmentMessage,
  counts: { lost: number },
): Promise<Uint8Array | string> {
  for (;;) {
    try {
      const request = { url: server.tlsUrl, body: encodeRequest(message), profile, timeoutSeconds: 10 };
      const { status, body } = await sendRaw(request);
      const answer = decodeAnswer(message.operation, body);
      if (answer.kind === 'issued') return answer.certificate;
      if (status === 200) return answer.kind === 'refused' ? `status ${answer.status}` : answer.kind;
    } catch (thrown) {
      if (!(thrown instanceof MusterError) || thrown.code !== 'bench-broken') throw thrown;
    }
    counts.lost += 1;
    await delay(20);
  }
}

async function inLanes<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out[]> {
  const outputs: Out[] = [];
  const queue = inputs.entries();
  const lane = async (): Promise<void> => {
    for (const [index, input] of queue) outputs[index] = await work(input);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outputs;
}
