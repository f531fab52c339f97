import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { root } from './documented.ts';

const adapter = join(root, 'examples', 'adapters', 'openssl', 'adapter');

/** The openssl adapter behind HTTP, as docs/device-adapter.md has it: a device that is reached over a network. */
export async function serveHttpAdapter(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const verb = request.url?.split('/').at(-1) ?? '';
    const environment = (await json(request)) as Record<string, string>;
    const child = spawn(adapter, [verb], { env: { PATH: process.env.PATH, ...environment } });
    const [output, [exit]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
    const reason = output.trim().split('\n').at(-1) ?? '';
    const isJson = exit === 0 && (verb === 'info' || verb === 'status');
    response.setHeader('content-type', 'application/json');
    response.end(isJson ? output : JSON.stringify({ exit, reason, output }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
