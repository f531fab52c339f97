import { join } from 'node:path';
import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, sameFingerprint } from '#protocol/pki/keys.ts';
import { ensureFolder } from '#protocol/text-file.ts';
import { FileStore } from '#simulators/gateway/file-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import { allPersonas } from '#simulators/gateway/personas.ts';
import { Redaction } from '../evidence/redaction.ts';
import { placeCall } from './enroll-call.ts';
import { type EnrollPlan, type EnrollWords, enrollOptions, inOptions, planEnrollment } from './enroll-options.ts';
import { outcomeAsJson, outcomeAsText, outcomeExit } from './enroll-outcome.ts';
import { showingObserver } from './enroll-steps.ts';
import { codeOf, exitCodes } from './exit-codes.ts';
import { keepFolder } from './folder-lock.ts';

export const enrollCommand: CommandModule<object, EnrollWords> = {
  command: 'enroll',
  describe: 'Enroll one simulated gateway with any server, step by step',
  builder: (y) =>
    y
      .options(enrollOptions)
      .example(
        '$0 enroll --tls https://localhost:1443/tep --anchor muster-server/anchor.pem --name gw1.example.com --device 1 --customer 1 --username sample',
        'asks for the password; gets the CA certificate over TLS',
      )
      .example('$0 enroll … --poll 30s --polls 100', 'waits longer for the approval; the same again goes on waiting')
      .example('$0 enroll … --renew -v', 're-enrolls, and shows what went over the wire')
      .example(
        "$0 enroll … --call '+1 404 555 0100' --talk 30s",
        'asks where the call may go, and reports half a minute',
      )
      .epilogue(
        `What stands in [brackets] is read from the environment when the option is not given.\n\nPersonas: ${allPersonas.map(({ id }) => id).join(', ')}.\n\nEnds ${exitCodes.good} enrolled, ${exitCodes.findings} refused by either side (the call, too), ${exitCodes.usage} usage, ${exitCodes.bench} no answer, ${exitCodes.inconclusive} still pending.`,
      ),
  handler: async (words) => {
    // Whatever was stored is whole, and the next start goes on from it.
    const end = (signal: NodeJS.Signals): never => process.exit(codeOf(signal));
    process.once('SIGINT', end).once('SIGTERM', end);
    await enroll(words);
  },
};

async function enroll(words: ArgumentsCamelCase<EnrollWords>): Promise<void> {
  if (words.talk !== undefined && words.call === undefined)
    throw new MusterError('settings-invalid', '--talk is expected together with --call, which is missing.');
  const plan = await planEnrollment(words, process.env);
  const { settings, persona, state } = plan;
  await ensureFolder(state, "the device's folder");
  keepFolder(state);
  const store = new FileStore(state);
  const kept = await keptBy(store, plan);
  const redaction = new Redaction();
  redaction.hide(settings.password);
  const observer = showingObserver(process.stderr, redaction, words.verbose);
  const gateway = started(() => {
    const renewBeforeSeconds = words.renewBefore ?? (kept.certificate ? lifetimeSeconds(kept.certificate) / 10 : 0);
    return new Gateway({ ...settings, renewBeforeSeconds }, { store, persona, observer });
  });
  if (settings.profile === 'legacy') observer.step({ name: 'profile', detail: 'legacy, which is insecure' });
  if (persona.id !== 'honest') observer.step({ name: 'persona', detail: `${persona.id}: ${persona.explanation}` });

  const reason = words.renew ? 'as asked' : await dueBecause(gateway, kept, plan);
  const asItWas = kept.certificate !== undefined && !kept.pending && reason === undefined;
  if (kept.certificate && reason !== undefined) observer.step({ name: 're-enroll', detail: reason });
  const outcome: Outcome = asItWas
    ? { kind: 'enrolled', certificate: kept.certificate.der }
    : withoutSecrets(await (kept.certificate && !kept.pending ? gateway.renew() : gateway.enroll()), redaction);

  const { cacert } = await gateway.status();
  const files = {
    key: join(state, 'key.pem'),
    certificate: join(state, 'certificate.pem'),
    ca: join(state, 'cacert.pem'),
  };
  const placed = outcome.kind === 'enrolled' && words.call !== undefined;
  const call = placed ? await placeCall(gateway, words.call, words.talk, (text) => redaction.text(text)) : undefined;
  const view = { outcome, asItWas, files, cacertPem: cacert, call };
  process.stdout.write(words.json ? outcomeAsJson(view) : outcomeAsText(view));
  process.exitCode = outcomeExit(view);
}

/** A server may repeat what it was told. */
function withoutSecrets(outcome: Outcome, redaction: Redaction): Outcome {
  if (outcome.kind === 'refused-by-server') return { ...outcome, error: redaction.text(outcome.error) };
  return 'reason' in outcome ? { ...outcome, reason: redaction.text(outcome.reason) } : outcome;
}

interface Kept {
  readonly certificate?: Certificate;
  readonly ca?: Certificate;
  readonly pending: boolean;
}

/** What the folder holds from earlier starts. @throws MusterError when it is damaged, or another device's */
async function keptBy(store: FileStore, { state, settings: { deviceName } }: EnrollPlan): Promise<Kept> {
  const pending = (await store.readPending()) !== undefined;
  const identity = await store.readIdentity();
  if (identity === undefined) return { pending };
  const certificate = parsed(identity.certificate, join(state, 'certificate.pem'));
  const names = certificate.subject.filter(({ type }) => type === 'CN').map(({ value }) => value);
  if (!names.some((name) => deviceKey(name) === deviceKey(deviceName))) {
    const seen = `the certificate of ${names.join(', ')}, expected ${deviceName}`;
    throw new MusterError(
      'settings-invalid',
      `${state} holds ${seen}: give each device a folder of its own with --state.`,
    );
  }
  return { certificate, ca: parsed(identity.caCertificate, join(state, 'cacert.pem')), pending };
}

function parsed(der: Uint8Array, path: string): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    throw new MusterError('settings-invalid', `${path} is no certificate that can be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Why the certificate that is there will not do, or undefined. */
async function dueBecause(gateway: Gateway, { certificate, ca }: Kept, plan: EnrollPlan): Promise<string | undefined> {
  const { caFingerprint } = plan.settings;
  if (!certificate || !ca) return undefined;
  if (await gateway.isRenewalDue()) {
    const ended = certificate.notAfter.getTime() < Date.now();
    return `the certificate ${ended ? 'ended' : 'ends'} ${certificate.notAfter.toISOString()}`;
  }
  if (caFingerprint === undefined) return undefined;
  const hash = caFingerprint.replace(/[:\s]/g, '').length === 40 ? 'sha1' : 'sha256';
  const same = sameFingerprint(fingerprint(ca.der, hash), caFingerprint);
  return same ? undefined : 'the certificate is of another clearinghouse CA than that of the fingerprint';
}

function lifetimeSeconds({ notBefore, notAfter }: Certificate): number {
  return Math.max(0, notAfter.getTime() - notBefore.getTime()) / 1000;
}

function started(create: () => Gateway): Gateway {
  try {
    return create();
  } catch (thrown) {
    throw inOptions(thrown);
  }
}
