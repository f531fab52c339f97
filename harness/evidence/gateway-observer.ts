import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import type { GatewayObserver, WireEvent } from '#simulators/gateway/observer.ts';
import type { Recorder } from './recorder.ts';

/** Writes what a simulated gateway sends and receives into the evidence of a case. */
export function recordingObserver(recorder: Recorder): GatewayObserver {
  let last: HttpRequest = requestOf({ head: 'POST / HTTP/1.1', body: new Uint8Array(), transport: 'tls' });
  return {
    step: () => {},
    check: () => {},
    wire: (event) => {
      if (event.direction === 'sent') {
        last = requestOf(event);
        recorder.request('device', 'server', last);
      } else {
        recorder.answer('server', 'device', last, answerOf(event));
      }
    },
  };
}

/** What a gateway sent, as a request. */
export function requestOf({ head, body, transport }: Pick<WireEvent, 'head' | 'body' | 'transport'>): HttpRequest {
  const [line = '', ...headerLines] = head.split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  return { method, path, headers: headersOf(headerLines), body, secure: transport === 'tls', from: 'device' };
}

/** What a gateway received, as an answer. */
export function answerOf({ head, body }: WireEvent): HttpAnswer {
  const [line = '', ...headerLines] = head.split('\r\n');
  return { status: Number(line.split(' ')[1]), headers: headersOf(headerLines), body };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
