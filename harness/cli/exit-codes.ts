/** How every command of muster ends. People script against these; they never change their meaning. */
export const exitCodes = {
  good: 0,
  findings: 1,
  usage: 2,
  bench: 3,
  inconclusive: 4,
  stale: 5,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** What each says, and what to do then. */
export const exitTable = {
  good: { meaning: 'Judged, and good; or done as asked.', mend: 'Nothing.' },
  findings: {
    meaning: 'Judged, with findings; or refused by the other side.',
    mend: 'Read report.html: each finding says how to mend the device or the server; "muster explain CASE" does, too.',
  },
  usage: {
    meaning: 'The command line, or a file that it names, is not usable.',
    mend: 'Do what the message says; "muster COMMAND --help" has every option.',
  },
  bench: {
    meaning: 'The bench does not work: a port, a target, an adapter, a program.',
    mend: 'Do what the message or the report says; "muster doctor" looks at the bench, the adapter and the target.',
  },
  inconclusive: {
    meaning: 'Nothing could be concluded, or it is not over yet.',
    mend: 'The report names the proof that is missing, or what is pending: give it, and run again.',
  },
  stale: {
    meaning: 'An expectation is out of date.',
    mend: 'Take the entry that the report names out of the baseline, or mend what changed.',
  },
  bug: { meaning: 'A bug in Muster.', mend: 'Report the command, with what it shows under MUSTER_DEBUG=1.' },
  interrupted: { meaning: 'Ended by SIGINT (Ctrl-C).', mend: 'The report of what had run is written: run again.' },
  terminated: { meaning: 'Ended by SIGTERM.', mend: 'The report of what had run is written: run again.' },
} as const satisfies Record<keyof typeof exitCodes, { meaning: string; mend: string }>;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Of a command that was told to end. */
export function codeOf(signal: string): ExitCode {
  return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}
