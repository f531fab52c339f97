import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { createSampleServer } from './sample-server.ts';

const getCaCert =
  'POST /tep HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 19\r\n\r\noperation=getcacert';

for (const [sessionTickets, what] of [
  [true, 'goes on with it on the next connection (control)'],
  [false, 'begins anew where the server gives no tickets'],
] as const) {
  test(`a device that keeps its TLS session ${what}`, async (t) => {
    const { server } = await createSampleServer({ sessionTickets });
    await server.start();
    t.after(() => server.stop());
    const talk = async (session?: Buffer) => {
      const { port } = new URL(server.urls.tls);
      const to = { host: '127.0.0.1', port: Number(port), servername: 'localhost', rejectUnauthorized: false };
      const socket = connect({ ...to, ...(session ? { session } : {}) });
      let kept = session;
      socket.on('session', (given: Buffer) => {
        kept = given;
      });
      let answer = '';
      socket.on('data', (piece: Buffer) => {
        answer += piece.toString('latin1');
      });
      socket.write(getCaCert);
      await once(socket, 'end');
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nstatus=0&/);
      return { kept, resumed: socket.isSessionReused() };
    };
    const first = await talk();
    assert.equal(first.resumed, false);
    assert.equal((await talk(first.kept)).resumed, sessionTickets);
  });
}
