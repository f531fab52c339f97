import { codeOf, type ExitCode } from './exit-codes.ts';

/** What asks a command to end before its time, from here until it is released. */
export interface Interruption {
  /** The signal's exit code, once it came. */
  exitCode(): ExitCode | undefined;
  release(): void;
}

/** SIGINT or SIGTERM stops what is under way. Whoever asks twice does not want to wait for the report. */
export function onInterruption(stop: (signal: NodeJS.Signals) => void): Interruption {
  let code: ExitCode | undefined;
  const interrupt = (signal: NodeJS.Signals): void => {
    if (code !== undefined) process.exit(code);
    code = codeOf(signal);
    stop(signal);
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    exitCode: () => code,
    release: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  };
}
