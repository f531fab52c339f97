import type { ChapterView, Evidence, LadderEntry } from '../run-record.ts';
import { durationText, html, type Markup } from './markup.ts';

const kindNames: Readonly<Record<ChapterView['kind'], string>> = { control: 'Control', stimulus: 'Stimulus' };
/** Of a case with many stimuli the first tell how it went; the ladder has them all. */
const mostShown = 12;

/** The control beside what differs from it: what was done in each, and how each ended. */
export function chapterTable({ chapters = [], ladder }: Evidence, caseId: string): Markup | undefined {
  if (chapters.length === 0) return undefined;
  const rows = chapters.slice(0, mostShown).map((chapter, index) => {
    const { atMs, kind, title } = chapter;
    return html`<tr class="part-${kind}"><th scope="row"><span class="part">${kindNames[kind]}</span></th><td>${title}</td><td>${ending(entriesOf(ladder, chapter, chapters[index + 1]))}</td><td class="time">${durationText(atMs)}</td></tr>`;
  });
  const more = chapters.length - rows.length;
  return html`<h5>Control and stimulus</h5><div class="scroll plain" role="region" tabindex="0" aria-label="Control and stimulus of ${caseId}"><table class="parts"><caption class="hidden">Control and stimulus of ${caseId}</caption><thead><tr><th scope="col">Part</th><th scope="col">What was done</th><th scope="col">How it ended</th><th scope="col">At</th></tr></thead><tbody>${rows}</tbody></table></div>${more > 0 ? html`<p class="muted small">And ${more} more; the ladder below has them all.</p>` : undefined}`;
}

/** The chapters that begin right before an entry of the ladder, by the entry's index. */
export function chaptersByEntry(
  ladder: readonly LadderEntry[],
  chapters: readonly ChapterView[],
): ReadonlyMap<number, readonly ChapterView[]> {
  return Map.groupBy(chapters, ({ atMs }) => ladder.findIndex((entry) => atMs <= entry.atMs));
}

function entriesOf(
  ladder: readonly LadderEntry[],
  { atMs }: ChapterView,
  next: ChapterView | undefined,
): LadderEntry[] {
  const end = next?.atMs ?? Number.POSITIVE_INFINITY;
  return ladder.filter((entry) => atMs <= entry.atMs && entry.atMs < end);
}

/** What the subject said last: the device to the harness, or the server in its answer. */
function ending(entries: readonly LadderEntry[]): Markup {
  const last = entries.findLast(({ to }) => to === 'harness') ?? entries.at(-1);
  if (last === undefined) return html`<span class="muted">nothing was exchanged</span>`;
  const { from, label, note } = last;
  return html`<span class="muted">${from}:</span> <strong>${label}</strong>${note === undefined ? undefined : html` <span class="small">${note}</span>`}`;
}
