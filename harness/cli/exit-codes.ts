/** How every command of muster ends. People script against these; they never change their meaning. */
export const exitCodes = {
  /** Judged, and good; or done as asked. */
  good: 0,
  /** Judged, with findings; or refused by the other side. */
  findings: 1,
  /** The command line or a file that it names is not usable. */
  usage: 2,
  /** The bench does not work: a port, a target, an adapter, a program. */
  bench: 3,
  /** Nothing could be concluded, or it is not over yet. */
  inconclusive: 4,
  /** An expectation is out of date. */
  stale: 5,
  /** A bug in muster. */
  bug: 70,
  /** Ended by SIGINT. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Of a command that was told to end. */
export function codeOf(signal: NodeJS.Signals): ExitCode {
  return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}
