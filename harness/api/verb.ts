import { messageOf } from '#protocol/errors.ts';
import { adapterStatuses } from '../subject/adapter-contract.ts';

export type Awaitable<T> = T | Promise<T>;

/** How a verb ended: what goes to standard output, and the exit status. */
export interface VerbEnd {
  readonly status: number;
  readonly text: string;
}

export const unsupportedVerb: VerbEnd = { status: adapterStatuses.unsupported, text: '' };

export const jsonEnd = (value: unknown): VerbEnd => ({ status: adapterStatuses.done, text: JSON.stringify(value) });

/** Runs one verb of an adapter, and ends this process as the contract says. Whatever is thrown is an error of the bench. */
export async function endWith(verb: () => Promise<VerbEnd>): Promise<never> {
  const end = await verb().catch((thrown: unknown): VerbEnd => {
    process.stderr.write(`${messageOf(thrown)}\n`);
    return { status: 1, text: '' };
  });
  // Once it has left: a pipe may be slow, and what the adapter left open must not keep it.
  return new Promise(() => process.stdout.write(end.text && `${end.text}\n`, () => process.exit(end.status)));
}
