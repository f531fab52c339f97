import type { ChapterView, LadderEntry, Party, Transport } from '../run-record.ts';
import { chaptersByEntry } from './chapters.ts';
import { durationText, html, type Markup } from './markup.ts';

/** Drawn in pixels, at its own size: a narrow screen scrolls it rather than shrinking its letters. */
const gutter = 68;
const headHeight = 26;
const letterWidth = 6.3;
const bandHeight = 18;

/** As wide as a page allows: few parties have room for long labels, many stay legible. */
const columnWidth = (parties: number): number => Math.min(320, Math.max(190, Math.floor(960 / Math.max(parties, 1))));

export const transportNames: Readonly<Record<Transport, string>> = {
  tls: 'TLS',
  cleartext: 'cleartext',
  local: 'local',
};
const pillWidths: Readonly<Record<Transport, number>> = { tls: 30, cleartext: 54, local: 32 };

/** From left to right: who acts on the device's side, then the server's. */
const order: readonly Party[] = ['harness', 'device', 'hostile device', 'server', 'hostile server', 'operator'];

/**
 * The message ladder: a lifeline for each party, an arrow for each entry. TLS is a solid line, cleartext a dashed one,
 * what stayed on the machine a dotted one, each with its name on it; the list below the drawing says the same in words.
 */
export function ladderDrawing(
  entries: readonly LadderEntry[],
  caseId: string,
  chapters: readonly ChapterView[] = [],
): Markup {
  const parties = order.filter((party) => entries.some(({ from, to }) => from === party || to === party));
  const column = columnWidth(parties.length);
  const place = new Map(parties.map((party, index) => [party, gutter + column / 2 + index * column]));
  const width = gutter + parties.length * column + 8;
  let y = headHeight + 14;
  const begun = chaptersByEntry(entries, chapters);
  const rungs = entries.map((entry, index) => {
    const bands = (begun.get(index) ?? []).map((chapter) => {
      y += bandHeight + 6;
      return band(chapter, y - bandHeight - 6, width);
    });
    const at = y + 22;
    y = at + (entry.note === undefined ? 16 : 28);
    return html`${bands}${rung(entry, index, at, place.get(entry.from) ?? gutter, place.get(entry.to) ?? gutter, column, width)}`;
  });
  const height = y + 8;
  const lives = parties.map((party) => {
    const x = place.get(party) ?? gutter;
    const kind = party.startsWith('hostile') ? 'box hostile' : 'box';
    return html`<line class="life" x1="${x}" y1="${headHeight + 2}" x2="${x}" y2="${height - 4}"/><rect class="${kind}" x="${x - 62}" y="2" width="124" height="${headHeight}" rx="5"/><text class="party" x="${x}" y="19">${party}</text>`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Message ladder of ${caseId}"><svg class="ladder" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Message ladder of ${caseId}; the list below says the same in words">${lives}${rungs}</svg></div>`;
}

/** Where a stretch of the case begins: the control, or what differs from it. */
function band({ kind, title }: ChapterView, y: number, width: number): Markup {
  return html`<rect class="band band-${kind}" x="0" y="${y}" width="${width}" height="${bandHeight}"/>${words('band-title', 10, y + 13, title, width - 20)}`;
}

function rung(
  entry: LadderEntry,
  index: number,
  y: number,
  from: number,
  to: number,
  column: number,
  width: number,
): Markup {
  const clock = html`<text class="clock" x="${gutter - 10}" y="${y + 4}">${durationText(entry.atMs)}</text>`;
  const drawn = from === to ? ownStep(entry, index, y, from, column, width) : arrow(entry, index, y, from, to);
  return entry.message?.fault === undefined
    ? html`<g>${clock}${drawn}</g>`
    : html`<g class="wrong">${clock}${drawn}</g>`;
}

function arrow(entry: LadderEntry, index: number, y: number, from: number, to: number): Markup {
  const { transport } = entry;
  const step = to > from ? 1 : -1;
  const tip = to - step * 2;
  const middle = (from + to) / 2;
  const pill = pillWidths[transport];
  const room = Math.abs(to - from) - 20;
  return html`<line class="arrow arrow-${transport}" x1="${from}" y1="${y}" x2="${tip - step * 7}" y2="${y}"/><path class="head-${transport}" d="M${tip} ${y}l${-step * 9} -4.5v9z"/><rect class="pill pill-${transport}" x="${middle - pill / 2}" y="${y - 7}" width="${pill}" height="14" rx="4"/><text class="on on-${transport}" x="${middle}" y="${y + 3.5}">${transportNames[transport]}</text>${words('said', middle, y - 11, labelOf(entry, index), room)}${note(entry, middle, y + 19, room)}`;
}

/** What a party does by itself: a loop beside its lifeline, towards the side where there is room. */
function ownStep(entry: LadderEntry, index: number, y: number, x: number, column: number, width: number): Markup {
  const right = x + column <= width;
  const step = right ? 1 : -1;
  const side = right ? 'start' : 'end';
  const room = column - 46;
  return html`<path class="arrow arrow-${entry.transport}" d="M${x} ${y - 9}h${step * 22}v14h${-step * 12}"/><path class="head-${entry.transport}" d="M${x + step * 2} ${y + 5}l${step * 9} -4.5v9z"/>${words(side, x + step * 30, y - 1, labelOf(entry, index), room)}${note(entry, x + step * 30, y + 13, room, side)}`;
}

function labelOf({ label, message }: LadderEntry, index: number): string {
  return `${index + 1}. ${label}${message?.fault === undefined ? '' : `, wrong: ${message.fault.id}`}`;
}

function note(entry: LadderEntry, x: number, y: number, room: number, side = ''): Markup | undefined {
  return entry.note === undefined ? undefined : words(`note ${side}`, x, y, entry.note, room);
}

/** Text cut to the room that it has; the whole of it is in its title. */
function words(kind: string, x: number, y: number, text: string, room: number): Markup {
  const letters = Math.floor(room / letterWidth);
  const flat = text.replace(/\s+/g, ' ');
  const shown = flat.length > letters ? `${flat.slice(0, letters - 1)}…` : flat;
  return html`<text class="${kind}" x="${x}" y="${y}">${shown}<title>${text}</title></text>`;
}
