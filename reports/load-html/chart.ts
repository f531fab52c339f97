import { html, type Markup } from '../html/markup.ts';

export interface Series {
  readonly name: string;
  /** One of the tones of the style sheet. */
  readonly tone: 'first' | 'second' | 'third' | 'bad';
  /** One for each second; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
}

interface ChartOptions {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
  /** How the points of a long run are put together: the worst of them, or their mean. */
  readonly join: 'mean' | 'most';
  /** What stands below a point; its seconds unless given. */
  readonly tick?: (at: number) => string;
}

const width = 1000;
const height = 240;
const left = 64;
const right = 24;
const bottom = 28;
const top = 22;
/** More than these no eye tells apart. */
const pointsAtMost = 500;

/** Lines over time as one drawing, with what it shows in words for those who do not see it. */
export function chart({ title, unit, series, join, tick = (at) => `${at} s` }: ChartOptions): Markup {
  const seconds = Math.max(1, ...series.map(({ values }) => values.length));
  const step = Math.ceil(seconds / pointsAtMost);
  const drawn = series.map((one) => ({ ...one, values: joined(one.values, step, join) }));
  const highest = niceAbove(Math.max(0, ...drawn.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const x = (point: number): number => left + ((point * step) / Math.max(1, seconds - 1)) * (width - left - right);
  const y = (value: number): number => height - bottom - (value / highest) * (height - bottom - top);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * highest).toFixed(1);
    return html`<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/><text x="${left - 8}" y="${at}" class="tick left">${numberText(part * highest)}</text>`;
  });
  const marked = new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (seconds - 1))));
  const moments = [...marked].map((at) => {
    return html`<text x="${x(at / step).toFixed(1)}" y="${height - 8}" class="tick below${at > 0 && at === seconds - 1 ? ' last' : ''}">${tick(at)}</text>`;
  });
  const lines = drawn.map(({ tone, values }) => html`<path class="line ${tone}" d="${pathOf(values, x, y)}"/>`);
  const legend = series.map(
    ({ name, tone }) =>
      html`<li><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path class="line ${tone}" d="M0 4H24"/></svg>${name}</li>`,
  );
  const words = series.map(
    ({ name, values }) => `${name} at most ${numberText(Math.max(0, ...values.map((value) => value ?? 0)))} ${unit}`,
  );
  return html`<figure class="panel chart"><figcaption><h3>${title}</h3><ul class="legend">${legend}</ul></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${`${title}, in ${unit}: ${words.join(', ')}.`}"><text x="${left}" y="${top - 10}" class="tick unit">${unit}</text>${grid}${moments}${lines}</svg></figure>
`;
}

function pathOf(
  values: readonly (number | undefined)[],
  x: (point: number) => number,
  y: (value: number) => number,
): string {
  let pen = false;
  return values
    .map((value, point) => {
      if (value === undefined) {
        pen = false;
        return '';
      }
      const move = pen ? 'L' : 'M';
      pen = true;
      // A single point is a dot: a line of no length with round ends.
      const dot = values[point - 1] === undefined && values[point + 1] === undefined ? 'h0' : '';
      return `${move}${x(point).toFixed(1)} ${y(value).toFixed(1)}${dot}`;
    })
    .join('');
}

function joined(values: readonly (number | undefined)[], step: number, join: 'mean' | 'most'): (number | undefined)[] {
  if (step === 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / step) }, (_, at) => {
    const part = values.slice(at * step, (at + 1) * step).filter((value) => value !== undefined);
    if (part.length === 0) return undefined;
    return join === 'most' ? Math.max(...part) : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

/** The next of 1, 2, 4, 5, 10, 20, … that is not below: a scale with round marks. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function numberText(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toFixed(value < 1 ? 2 : 1);
}
