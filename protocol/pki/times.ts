import { MusterError } from '../errors.ts';
import { contentOf, type DerValue, encodeDer, tags } from './der.ts';

/** By the second: an authority that issues many certificates at once writes the same two dates into them. */
const encoded = new Map<number, Uint8Array>();
const encodedAtMost = 16;

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050; always seconds, always Z, no fraction. */
export function encodeTime(time: Date): Uint8Array {
  const second = Math.floor(time.getTime() / 1000);
  const known = encoded.get(second);
  if (known !== undefined) return known;
  const der = encodeNewTime(time);
  if (encoded.size >= encodedAtMost) encoded.clear();
  encoded.set(second, der);
  return der;
}

function encodeNewTime(time: Date): Uint8Array {
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
  const part = (from: number, to: number): number => Number(full.slice(from, to));
  const fields = [part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14)] as const;
  const time = new Date(0);
  // Unlike Date.UTC these take the year 50 for the year 50.
  time.setUTCFullYear(fields[0], fields[1], fields[2]);
  time.setUTCHours(fields[3], fields[4], fields[5]);
  const read = [
    time.getUTCFullYear(),
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
  // A 30th of February would be a day in March.
  if (full === '' || read.some((field, at) => field !== fields[at])) {
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
