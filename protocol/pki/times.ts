import { MusterError } from '../errors.ts';
import { contentOf, type DerValue, encodeDer, tags } from './der.ts';

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050; always seconds, always Z, no fraction. */
export function encodeTime(time: Date): Uint8Array {
  const text = `${time.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  const year = time.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? encodeDer(tags.utcTime, Buffer.from(text.slice(2), 'latin1'))
    : encodeDer(tags.generalizedTime, Buffer.from(text, 'latin1'));
}

const forms: ReadonlyMap<number, RegExp> = new Map([
  [tags.utcTime, /^\d{12}Z$/],
  [tags.generalizedTime, /^\d{14}Z$/],
]);

/** @throws MusterError certificate-malformed */
export function readTime(der: Uint8Array, value: DerValue): Date {
  const text = Buffer.from(contentOf(der, value)).toString('latin1');
  const full = forms.get(value.tag)?.test(text) ? (text.length === 13 ? century(text) + text : text) : '';
  const iso = full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = new Date(iso);
  // The second half refuses a 30th of February, which Date would read as a day in March.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    throw new MusterError(
      'certificate-malformed',
      `A date as YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ is expected, at byte ${value.start}.`,
      {
        details: { offset: value.start },
      },
    );
  }
  return time;
}

/** RFC 5280 §4.1.2.5.1: from 50 on, the year is of the 20th century. */
function century(text: string): string {
  return Number(text.slice(0, 2)) >= 50 ? '19' : '20';
}
