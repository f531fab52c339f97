import type { Server, Socket } from 'node:net';

/** The longest line of version 1, with its line break (PROXY protocol, §2.1). */
const longestLine = 107;
const pattern =
  /^PROXY (?:TCP4|TCP6) ([0-9a-fA-F.:]{2,45}) [0-9a-fA-F.:]{2,45} (\d{1,5}) \d{1,5}$|^PROXY UNKNOWN(?: .*)?$/;
const headerSeconds = 5;

/** Where the client of a connection is: its own address and port, or what a proxy said of them. */
export type ClientOf = (socket: Pick<Socket, 'remoteAddress' | 'remotePort'>) => string;

/**
 * Lets proxies at these addresses say whose connection they pass on, in a first line before all else, TLS too (PROXY
 * protocol, version 1). With it nobody else may connect: who can reach the port could otherwise claim any address.
 */
export function behindProxies(server: Server, proxies: readonly string[]): ClientOf {
  const clients = new Map<string, string>();
  const trusted = new Set(proxies);
  const serve = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    socket.once('close', () => clients.delete(peer));
    const passOn = (line: string): void => {
      const said = pattern.exec(line);
      if (said?.[1] !== undefined) clients.set(peer, `${said[1]}:${said[2]}`);
      if (said) for (const listener of serve) listener.call(server, socket);
      else socket.destroy();
    };
    if (trusted.has(unmapped(socket.remoteAddress))) readLine(socket, passOn);
    else socket.destroy();
  });
  return (socket) => clients.get(peerOf(socket)) ?? peerOf(socket);
}

const peer = Symbol('peer');

/** The address and port at the other end, asked for once: the kernel has to be asked, and a closed socket knows it no more. */
export const peerOf: ClientOf = (socket: Parameters<ClientOf>[0] & { [peer]?: string }) => {
  socket[peer] ??= `${socket.remoteAddress}:${socket.remotePort}`;
  return socket[peer];
};

/** An IPv4 address as a socket of both families shows it, without its prefix. */
function unmapped(address = ''): string {
  return address.replace(/^::ffff:/i, '');
}

/** Hands over the first line; what follows it stays in the socket. A peer without one is cut off. */
function readLine(socket: Socket, take: (line: string) => void): void {
  let read = Buffer.alloc(0);
  const cut = (): void => void socket.destroy();
  const timer = setTimeout(cut, headerSeconds * 1000);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('readable', more).off('error', cut).off('end', cut).off('close', stop);
  };
  const more = (): void => {
    read = Buffer.concat([read, socket.read() ?? Buffer.alloc(0)]);
    const end = read.subarray(0, longestLine).indexOf('\r\n');
    if (end < 0 && read.length < longestLine) return;
    stop();
    if (end < 0) socket.destroy();
    else {
      if (read.length > end + 2) socket.unshift(read.subarray(end + 2));
      take(read.toString('latin1', 0, end));
    }
  };
  socket.on('readable', more).on('error', cut).on('end', cut).on('close', stop);
}
