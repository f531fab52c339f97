import { messageOf } from '#protocol/errors.ts';
import type { ReferenceServer } from '#reference-server/server.ts';
import { onInterruption } from './interruption.ts';
import { printable } from './printable.ts';

/** Resolves at SIGINT or SIGTERM; a second one ends the process. Until then SIGHUP reloads. */
export function untilStopped(server: ReferenceServer): Promise<void> {
  process.on('SIGHUP', () => {
    server.reload().catch((thrown: unknown) => {
      const why = printable(messageOf(thrown)).replaceAll('\n', '\n  ');
      process.stderr.write(`muster: not reloaded; what was in force stays in force:\n  ${why}\n`);
    });
  });
  return new Promise((resolve) => void onInterruption(() => resolve()));
}
