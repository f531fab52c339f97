import { honestAfterwards } from '#harness/bench/server-flows.ts';
import { postHead } from '#harness/bench/server-http-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

test(
  'A server takes no parameters from a query',
  conformanceCase({
    id: 'SRV-HTTP-018',
    version: 1,
    requirements: ['MSG-125', 'REQ-016'],
    control,
    mutants: ['query-ignored'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await bench.request();
    const text = Buffer.from(encodeRequest(message)).toString('latin1');
    for (const body of [text, '', 'operation=request']) {
      const { http } = await bench.wire.sendBody(body, 'request', { target: `/tep?${text}` });
      bench.judge.require(http.status === 400, 'parameters in a query are answered 400', `HTTP ${http.status}`);
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server enrolls nobody at another path',
  conformanceCase({
    id: 'SRV-HTTP-019',
    version: 1,
    requirements: ['MSG-129', 'REQ-016'],
    control,
    mutants: ['any-path'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await bench.request();
    for (const target of ['/admin', '/tep/', '/tep/../tep', '//tep', '/TEP', '/%74ep', '*']) {
      const { http } = await bench.send(message, { target });
      bench.judge.require(http.status === 404, `POST ${target} is answered 404`, `HTTP ${http.status}`);
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server keeps a connection, and answers one request after the other on it',
  conformanceCase({
    id: 'SRV-HTTP-020',
    version: 1,
    requirements: ['MSG-031'],
    control: 'the first of the requests on that connection, answered',
    mutants: ['closes-connections'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const bodies = await Promise.all([0, 1, 2].map(async () => encodeRequest(await bench.request())));
    const whole = (received: string): number => received.match(/\r\n\r\nstatus=[01]/g)?.length ?? 0;
    const seen = await bench.wire.converse({
      talk: (socket) => {
        for (const body of bodies) {
          socket.write(postHead(body.length));
          socket.write(body);
        }
      },
      until: (received) => whole(received) === bodies.length,
    });
    if (whole(seen.received) === 0) bench.judge.broken('The control is red: the first request on the connection.');
    if (whole(seen.received) < bodies.length)
      bench.judge.unmet(`Of three requests on one connection ${whole(seen.received)} were answered.`, 'MSG-031');
    else bench.judge.proved('three requests on one connection got three answers');
  },
);
