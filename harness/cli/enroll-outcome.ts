import { describeCertificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { type Status, statusTable } from '#protocol/status.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import { callAsJson, callAsText, callExit, type PlacedCall } from './enroll-call.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { printableLine } from './printable.ts';

export interface OutcomeView {
  readonly outcome: Outcome;
  /** Enrolled before this start, and nothing was done. */
  readonly asItWas: boolean;
  readonly files: { readonly key: string; readonly certificate: string; readonly ca: string };
  readonly cacertPem: string | undefined;
  readonly call?: PlacedCall | undefined;
}

const exits: Readonly<Record<Outcome['kind'], ExitCode>> = {
  enrolled: exitCodes.good,
  pending: exitCodes.inconclusive,
  'refused-server': exitCodes.findings,
  'refused-by-server': exitCodes.findings,
  unreachable: exitCodes.bench,
};

export function outcomeExit({ outcome, call }: OutcomeView): ExitCode {
  return call ? callExit(call) : exits[outcome.kind];
}

export function outcomeAsText(view: OutcomeView): string {
  return enrollmentAsText(view) + (view.call ? callAsText(view.call) : '');
}

function enrollmentAsText(view: OutcomeView): string {
  const { outcome } = view;
  switch (outcome.kind) {
    case 'enrolled':
      return enrolledText(outcome.certificate, view);
    case 'pending':
      return 'Pending: an administrator has to approve it. The same command again asks for it.\n';
    case 'refused-server':
      return `The device refused the server: ${outcome.check}: ${printableLine(outcome.reason)}\n`;
    case 'refused-by-server': {
      const known = Object.hasOwn(statusTable, outcome.status) ? statusTable[outcome.status as Status] : undefined;
      const name = known ? ` ${known.id}: ${known.meaning}` : ', which is none of the protocol.';
      const said = outcome.error === '' ? '' : ` It says: ${printableLine(outcome.error)}`;
      return `The server refused the device: status ${outcome.status}${name}${said}\n`;
    }
    case 'unreachable':
      return `No answer: ${printableLine(outcome.reason)}\n`;
  }
}

export function outcomeAsJson({ outcome, asItWas, files, cacertPem, call }: OutcomeView): string {
  const { kind, ...rest } = outcome;
  const fields =
    outcome.kind === 'enrolled'
      ? {
          alreadyEnrolled: asItWas,
          certificate: toPem('CERTIFICATE', outcome.certificate),
          cacert: cacertPem,
          notAfter: parseCertificate(outcome.certificate).notAfter.toISOString(),
          files,
          ...(call ? { call: callAsJson(call) } : {}),
        }
      : rest;
  return `${JSON.stringify({ outcome: kind, ...fields })}\n`;
}

function enrolledText(der: Uint8Array, { asItWas, files }: OutcomeView): string {
  const rows = [
    ...describeCertificate(parseCertificate(der)).filter(([name]) =>
      ['subject', 'issuer', 'serial number', 'not before', 'not after', 'key', 'signature'].includes(name),
    ),
    ['files', `${files.certificate}, ${files.key}, ${files.ca}`] as const,
  ];
  const head = asItWas ? 'Enrolled already; the certificate is not near its end (--renew re-enrolls).' : 'Enrolled.';
  return `${head}\n${rows.map(([name, value]) => `  ${name.padEnd(14)} ${printableLine(value)}\n`).join('')}`;
}
