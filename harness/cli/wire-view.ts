import { describeCertificate, parseCertificate } from '#protocol/pki/certificate.ts';
import type { MessageView } from '#reports/run-record.ts';
import type { WireEvent } from '#simulators/gateway/observer.ts';
import { answerOf, requestOf } from '../evidence/gateway-observer.ts';
import { viewAnswer, viewRequest } from '../evidence/message-view.ts';
import type { Redaction } from '../evidence/redaction.ts';
import { printable, printableLine } from './printable.ts';

/** Shows each message as it went over the wire, field by field and as it stood, with the secrets taken out. */
export function wireView(redaction: Redaction): (event: WireEvent) => string {
  let last = requestOf({ head: 'POST / HTTP/1.1', body: new Uint8Array(), transport: 'tls' });
  return (event) => {
    if (event.direction === 'sent') {
      last = requestOf(event);
      return textOf('>', viewRequest(last, redaction).view);
    }
    return textOf('<', viewAnswer(last, answerOf(event), redaction).view);
  };
}

function textOf(mark: '>' | '<', { title, fields, raw = '' }: MessageView): string {
  const width = Math.max(...fields.map(([name]) => name.length), 0);
  const lines = [
    printableLine(title),
    ...fields.map(([name, value]) => `  ${printableLine(name).padEnd(width)}  ${printableLine(value)}`),
    'as it stood:',
    ...printable(raw.replaceAll('\r\n', '\n'))
      .split('\n')
      .map((line) => `  ${line}`),
  ];
  return `${lines.map((line) => `    ${mark} ${line}`.trimEnd()).join('\n')}\n`;
}

/** A certificate field by field, for people. */
export function certificateView(title: string, der: Uint8Array): string {
  const rows = rowsOf(der);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `        ${name.padEnd(width)}  ${printableLine(value)}\n`);
  return `      ${printableLine(title)}\n${lines.join('')}`;
}

function rowsOf(der: Uint8Array): readonly (readonly [string, string])[] {
  try {
    return describeCertificate(parseCertificate(der));
  } catch {
    return [['bytes', `${der.length}, which are no certificate that can be read`]];
  }
}
