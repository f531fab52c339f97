/** ITU-T Q.850, table 1: why a call ended, those that gateways report. */
const causes: Readonly<Record<number, string>> = {
  1: 'unallocated number',
  3: 'no route to the destination',
  16: 'normal clearing',
  17: 'user busy',
  18: 'no user responding',
  19: 'no answer',
  21: 'call rejected',
  27: 'destination out of order',
  28: 'invalid number format',
  31: 'normal, unspecified',
  34: 'no circuit available',
  38: 'network out of order',
  41: 'temporary failure',
  42: 'congestion',
  47: 'resource unavailable',
  102: 'recovery on timer expiry',
};

export function causeText(cause: number): string {
  const text = causes[cause];
  return text === undefined ? `cause ${cause}` : `${text} (${cause})`;
}
