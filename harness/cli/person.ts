import { openPromptDesk, type PromptDesk } from '../subject/prompt-desk.ts';
import { openTerminal } from './terminal.ts';

interface Seat {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** The person at this process's terminal, as an adapter; undefined when there is no terminal, and so nobody. */
export async function personAt({ stdin, stderr }: Seat, signal: AbortSignal): Promise<PromptDesk | undefined> {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  const terminal = openTerminal(stdin, stderr);
  const desk = await openPromptDesk(terminal.ask, signal);
  return {
    address: desk.address,
    close: async () => {
      await desk.close();
      terminal.close();
    },
  };
}
