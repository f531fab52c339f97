import { MusterError } from '#protocol/errors.ts';

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 24 * 3600,
  w: 7 * 24 * 3600,
  y: 365 * 24 * 3600,
};

/** Seconds, of a whole number and its unit: `500ms`, `30s`, `10m`, `24h`, `7d`, `2w`, `1y` (365 days). @throws MusterError settings-invalid */
export function durationSeconds(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9})(ms|[smhdwy])$/.exec(text) ?? [];
  const seconds = unitSeconds[unit];
  if (number === undefined || seconds === undefined) {
    const expected =
      'a duration as 30s, 10m, 24h, 7d or 1y is expected (a whole number and one of ms, s, m, h, d, w, y)';
    throw new MusterError('settings-invalid', `${expected}, seen "${text}".`);
  }
  return Number(number) * seconds;
}
