import { createInterface } from 'node:readline';
import type { AskUntil } from '../subject/prompt-desk.ts';

export interface Terminal {
  readonly ask: AskUntil;
  close(): void;
}

/** Questions and lines of answer on a terminal. What is typed while nothing is asked is dropped: it answers nothing. */
export function openTerminal(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Terminal {
  const lines = createInterface({ input, terminal: false });
  let ended = false;
  lines.once('close', () => {
    ended = true;
  });
  return {
    ask: async (text, signal) => {
      if (ended || signal.aborted) return undefined;
      output.write(text);
      return new Promise((resolve) => {
        const over = (line?: string): void => {
          lines.off('line', over);
          lines.off('close', given);
          signal.removeEventListener('abort', given);
          resolve(line);
        };
        const given = (): void => over();
        lines.on('line', over);
        lines.on('close', given);
        signal.addEventListener('abort', given);
      });
    },
    close: () => lines.close(),
  };
}
