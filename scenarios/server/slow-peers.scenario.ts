import { once } from 'node:events';
import { expectIssued, honestAfterwards, leavesNothing } from '#harness/bench/server-flows.ts';
import {
  endsInTime,
  enrollsWithin,
  idleConnections,
  padded,
  postHead,
  trickle,
  unreadConnections,
} from '#harness/bench/server-http-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { MusterError } from '#protocol/errors.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';

const control = 'an honest device that enrolls before and meanwhile, on the same server';
const requirements = ['MSG-122', 'REQ-016'] as const;

test(
  'A server does not wait for the rest of a body for ever',
  conformanceCase({ id: 'SRV-HTTP-011', version: 1, requirements, control, mutants: ['no-time-out'] }),
  async ({ bench }) =>
    endsInTime(bench, 'a body that is shorter than it says', (socket, body) => {
      socket.write(postHead(body.length + 100));
      socket.write(body);
    }),
);

test(
  'A server does not wait for a body that comes byte by byte',
  conformanceCase({ id: 'SRV-HTTP-012', version: 1, requirements, control, mutants: ['no-time-out'] }),
  async ({ bench }) =>
    endsInTime(bench, 'a body byte by byte', (socket, body, over) => {
      socket.write(postHead(body.length));
      return trickle(socket, Buffer.from(body).toString('latin1'), over);
    }),
);

test(
  'A server does not wait for a head that comes byte by byte',
  conformanceCase({ id: 'SRV-HTTP-013', version: 1, requirements, control, mutants: ['no-time-out'] }),
  async ({ bench }) =>
    endsInTime(bench, 'a head byte by byte', (socket, body, over) => trickle(socket, postHead(body.length), over)),
);

test(
  'A server ends a chunked body that goes on without end',
  conformanceCase({
    id: 'SRV-HTTP-014',
    version: 1,
    requirements: ['MSG-124', 'MSG-035', 'REQ-016'],
    control: 'the same body as one that ends, accepted before',
    mutants: ['no-body-limit'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const text = Buffer.from(encodeRequest(await bench.request())).toString('latin1');
    const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
    const head = 'POST /tep HTTP/1.1\r\nHost: muster\r\nTransfer-Encoding: chunked\r\n\r\n';
    // A server that waits for its administrator took it, too.
    const taken = (received: string): boolean => /&cert=|\r\n\r\nstatus=1$/.test(received);
    const honest = await bench.wire.converse({
      talk: (socket) => void socket.write(`${head}${chunk(text)}0\r\n\r\n`, 'latin1'),
      until: taken,
    });
    const [answered] = honest.statuses;
    if (answered !== undefined && answered >= 400) {
      bench.judge.notApplicable(`The server takes no chunked body (HTTP ${answered}): there is none without end.`);
    }
    if (!taken(honest.received)) bench.judge.broken('The control is red: a chunked body that ends.');
    let sent = 0;
    const mostBytes = 2 * 1024 * 1024;
    const seen = await bench.wire.converse({
      talk: async (socket, over) => {
        socket.write(`${head}${chunk(text)}`, 'latin1');
        for (; sent < mostBytes && !over.aborted && !socket.destroyed; sent += 8192) {
          if (!socket.write(chunk(`&x=${'y'.repeat(8189)}`), 'latin1'))
            await Promise.race([once(socket, 'drain'), once(socket, 'close'), once(over, 'abort')]);
        }
      },
      until: (received) => /^HTTP\/1\.1 \d+ .*\r\n/.test(received),
    });
    const [status] = seen.statuses;
    bench.judge.require(
      status === 413 || (status === undefined && seen.closed),
      'a body without end is answered 413, or its connection is closed, before two megabytes',
      `${status ? `HTTP ${status}` : seen.closed ? 'closed' : 'no answer'} after ${Math.round(sent / 1024)} KiB`,
    );
    await honestAfterwards(bench);
  },
);

test(
  'A server reads a body of 64 KiB, and neither one of a byte more nor one of ten megabytes',
  conformanceCase({
    id: 'SRV-HTTP-015',
    version: 1,
    requirements: ['MSG-035', 'REQ-016'],
    control: 'the same message with a body of 64 KiB, accepted',
    mutants: ['no-body-limit'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const good = Buffer.from(encodeRequest(await bench.request())).toString('latin1');
    expectIssued(bench, await bench.wire.sendBody(padded(good, 65_536), 'request'), 'a body of 65,536 bytes');
    for (const bytes of [65_537, 10 * 1024 * 1024]) {
      const reply = await bench.wire.sendBody(padded(good, bytes), 'request').catch((thrown: unknown) => {
        // A server that closes while the body still comes: its answer is lost (RFC 9112 §9.6).
        if (thrown instanceof MusterError && thrown.details.received === 0) return undefined;
        throw thrown;
      });
      const seen = reply ? `HTTP ${reply.http.status}` : 'no answer on a connection that broke';
      bench.judge.require(reply?.http.status === 413, `a body of ${bytes} bytes is answered 413`, seen);
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server takes nothing from a device that closes before its body is whole',
  conformanceCase({
    id: 'SRV-HTTP-016',
    version: 1,
    requirements: ['MSG-121', 'REQ-016'],
    control: 'the same request sent whole, accepted at the end',
    mutants: ['half-a-body'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await bench.request();
    const text = Buffer.from(encodeRequest(message)).toString('latin1');
    bench.recorder.did('A gateway announces more than its whole message, and then closes its half of the connection.');
    const seen = await bench.wire.converse({
      talk: (socket) => {
        socket.write(postHead(text.length + 50));
        socket.end(text, 'latin1');
      },
    });
    bench.judge.require(
      !seen.received.includes('&cert=') && seen.closed,
      'what was cut short is no request, and its connection ends',
      `HTTP ${seen.statuses.join(', ') || 'no answer'}, ${seen.closed ? 'closed' : 'open'}`,
    );
    await leavesNothing(bench, message, 'what was cut short');
    expectIssued(bench, await bench.send(message), 'the same request, sent whole');
  },
);

test(
  'A server serves a device beside a thousand connections on which nothing is said',
  conformanceCase({
    id: 'SRV-HTTP-017',
    version: 2,
    requirements: ['MSG-123'],
    control: 'an honest device that enrolls before them',
    mutants: ['few-connections'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    await using _idle = await idleConnections(bench, 1000);
    const outcome = await bench.enroll();
    bench.judge.require(outcome.kind === 'enrolled', 'an honest device enrolls beside them', outcome.kind);
  },
);

test(
  'A server serves a device beside connections that ask without end and read no answer',
  conformanceCase({
    id: 'SRV-HTTP-021',
    version: 1,
    requirements: ['MSG-131'],
    control: 'an honest device that enrolls before them',
    mutants: ['one-answer-at-a-time'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    await using _unread = await unreadConnections(bench, 4);
    await enrollsWithin(bench, 12, 'beside them');
  },
);
