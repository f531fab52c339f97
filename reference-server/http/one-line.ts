import type { IncomingMessage, Server, ServerResponse } from 'node:http';

type Serve = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/**
 * Puts all requests of a server into one line, whoever sent them: each is looked at when the answer before it has been taken.
 * So does a server of one thread whose writes block. For flawed servers alone.
 */
export function inOneLine(server: Server): Server {
  const [serve] = server.listeners('request') as Serve[];
  server.removeAllListeners('request');
  let line = Promise.resolve();
  server.on('request', (incoming, outgoing) => {
    line = line.then(
      () =>
        new Promise((taken) => {
          outgoing.once('close', taken);
          if (outgoing.closed) taken();
          else serve?.(incoming, outgoing);
        }),
    );
  });
  return server;
}
