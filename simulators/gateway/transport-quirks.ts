/** Ways of handling badly what carries an answer: HTTP, the connection, time. */
export const transportQuirks = {
  'ignores-http-status': 'takes the body of an answer whatever its HTTP status',
  'follows-redirects': 'sends its message again to wherever a redirect leads',
  'takes-cut-answer': 'takes what arrived before the connection broke for the answer',
  'half-stored-certificate': 'stores as much of a certificate as arrived, and judges it afterwards',
  'reads-past-length': 'reads until the connection ends, whatever Content-Length says',
  'takes-last-answer': 'takes the last of two answers that came to one request',
  'no-time-out': 'waits for the end of an answer for ever',
  'unbounded-body': 'reads an answer of any size',
  'case-sensitive-headers': 'knows header names in lower case only',
  'knows-no-chunks': 'takes the framing of chunks for a part of the answer',
  impatient: 'gives up on an answer after a seventh of a second',
  'falls-back-to-cleartext': 'sends its message in cleartext when TLS cannot be had',
  'knows-no-retry-dates': 'takes Retry-After for a number of seconds, and a date in it for nothing',
  'polls-for-ever': 'polls as long as it is told to wait',
  'checks-fingerprint-once': 'checks the CA certificate of its first enrollment, and no other',
} as const satisfies Record<string, string>;
