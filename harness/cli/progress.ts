import type { CaseVerdict } from '#reports/run-record.ts';
import type { RunnerEvent } from '../runner/events.ts';

const marks: Readonly<Record<CaseVerdict, string>> = {
  pass: '✓',
  fail: '✗',
  warn: '!',
  unverified: '?',
  'not-applicable': '–',
  error: 'E',
  'expected-failure': 'x',
  'unexpected-pass': 'P',
};

/** Says how far a run is: one line that changes on a terminal, a line for each case elsewhere. */
export function progressOn(
  stream: NodeJS.WriteStream,
  live = stream.isTTY === true,
  repeat = 1,
): { onEvent(event: RunnerEvent): void; end(): void } {
  let total = 0;
  let ended = 0;
  let bad = 0;
  const line = (text: string): void => {
    const columns = stream.columns ?? 80;
    stream.write(`\r\u001b[2K${text.slice(0, columns - 1)}`);
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'listed') total = event.cases.length * repeat;
      if (event.kind === 'began' && live) line(`[${ended}/${total}] ${event.id} …${bad ? `  (${bad} findings)` : ''}`);
      if (event.kind !== 'ended') return;
      const { id, verdict, title, durationMs, reason } = event.record;
      ended += 1;
      const good = verdict === 'pass' || verdict === 'not-applicable';
      if (!good) bad += 1;
      const text = `${marks[verdict]} ${id.padEnd(12)} ${title} (${Math.round(durationMs)} ms)`;
      if (live && good) line(`[${ended}/${total}] ${text}`);
      else {
        if (live) line('');
        stream.write(`${text}${good ? '' : `\n    ${verdict}: ${reason.split('\n')[0]}`}\n`);
      }
    },
    end: () => {
      if (live) line('');
    },
  };
}
