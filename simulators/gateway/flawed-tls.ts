import { isIP, type Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { messageOf } from '#protocol/errors.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { MalformedTls } from '../hostile/raw-tls/bytes.ts';
import { Records } from '../hostile/raw-tls/records.ts';
import { SecuredSocket } from '../hostile/raw-tls/secured-socket.ts';
import { clientContext, type Dial, dialCleartext, dialTls, type SecurePeer } from './connection.ts';
import type { Receive } from './incoming.ts';
import { Ended, refuseServer, Unanswered } from './outcome.ts';
import type { Persona } from './persona.ts';
import { connectByHand } from './raw-tls/client.ts';
import { handshakeQuirks } from './tls-quirks.ts';

type Verify = (peer: SecurePeer) => void;

/** How a device opens TLS whose own TLS is flawed; undefined for all others, which leave it to the library. */
export function dialFlawed(url: URL, profile: CryptoProfile, persona: Persona, verify: Verify): Dial | undefined {
  const { quirks } = persona;
  if ([...quirks].some((quirk) => Object.hasOwn(handshakeQuirks, quirk))) return dialByHand(url, quirks, verify);
  const options: SecureContextOptions = tlsOptions(profile);
  if (quirks.has('resumption-not-reverified')) {
    const session = sessions.get(url.href);
    const keep = (fresh: Buffer): unknown => sessions.set(url.href, fresh);
    return dialTls(url, clientContext(options), session ? () => {} : verify, { resumption: { session, keep } });
  }
  if (quirks.has('offers-anonymous-ciphers')) {
    return dialTls(url, clientContext({ ...options, ciphers: 'ALL@SECLEVEL=0' }), verify);
  }
  if (quirks.has('offers-old-tls')) {
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    return dialTls(url, clientContext({ ...options, ...old }), verify);
  }
  return undefined;
}

/** TLS spoken by hand. A server that showed no certificate, where that is let pass, cannot be judged by it. */
function dialByHand(url: URL, quirks: ReadonlySet<string>, verify: Verify): Dial {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const dial = dialCleartext(new URL(`http://${url.hostname}:${url.port || 443}`));
  return async (deadline, receive) => {
    const socket = (await dial(deadline)).setNoDelay();
    const records = new Records(socket);
    try {
      const name = isIP(host) === 0 ? host : undefined;
      const { chain, protocol, cipher, finished } = await connectByHand(records, name, quirks);
      if (chain.length > 0) verify({ chain, cipher: `${protocol} ${cipher}` });
      if (!quirks.has('accepts-renegotiation')) return asSocket(new SecuredSocket(records), receive);
      const again = async (): Promise<void> => {
        records.restart();
        await connectByHand(records, name, quirks, finished);
      };
      return asSocket(new SecuredSocket(records, undefined, again), receive);
    } catch (error) {
      if (error instanceof MalformedTls) records.sendAlert('fatal', 50);
      socket.end();
      if (error instanceof Ended) throw error;
      if (error instanceof MalformedTls) throw refuseServer('handshake', error.message);
      throw new Unanswered(`no TLS with ${url.host}: ${messageOf(error)}`, { mayRetry: false });
    }
  };
}

/** Whoever sends a message asks of a socket what a stream of ours has, too. */
function asSocket(inside: SecuredSocket, receive: Receive | undefined): Socket {
  if (receive) inside.on('data', receive);
  return inside as unknown as Socket;
}

/** By the URL of the server: devices of this kind keep a session from one start to the next. */
const sessions = new Map<string, Buffer>();
