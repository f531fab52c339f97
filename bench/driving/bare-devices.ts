import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { TargetAddress } from '#harness/fleet/plan.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { makeP256KeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';

const getCaCert = encodeRequest({ operation: 'getcacert' });

/** As little as a device can do on Node: a PKCS#10 that was made once, one that looks at nothing but the status. */
export class BareDevices {
  readonly #ports: { readonly http: number; readonly tls: number };
  readonly #trust: SecureContext;
  readonly #request: Uint8Array;

  constructor({ httpUrl, tlsUrl, anchorPem }: TargetAddress) {
    this.#ports = { http: Number(new URL(httpUrl).port), tls: Number(new URL(tlsUrl).port) };
    this.#trust = createSecureContext({ ca: anchorPem, ecdhCurve: 'X25519:P-256' } as object);
    const pkcs10 = createPkcs10({
      key: makeP256KeyPair(),
      subject: [{ type: 'CN', value: 'gw.example.com' }],
      signature: 'ecdsa-sha256',
    });
    const who = { device: '1', customer: '1', username: 'north', password: 'star' };
    this.#request = encodeRequest({ operation: 'request', nonce: Buffer.from('nonce'), ...who, pkcs10 });
  }

  async enroll(): Promise<void> {
    const { http, tls } = this.#ports;
    const given = await exchange(connect(http, '127.0.0.1'), getCaCert);
    const secured = { host: '127.0.0.1', port: tls, servername: 'localhost', secureContext: this.#trust };
    const issued = await exchange(connectTls(secured), this.#request);
    for (const answer of [given, issued]) {
      if (!/^HTTP\/1\.1 200 [\s\S]*\r\n\r\nstatus=0/.test(answer)) throw new Error(answer);
    }
  }
}

/** Sends a message, and gives the whole answer once the connection has ended. */
export function exchange(socket: Socket, body: Uint8Array): Promise<string> {
  const head = `POST /tep HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.once('end', () => {
      resolve(Buffer.concat(pieces).toString('latin1'));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.write(Buffer.concat([Buffer.from(head), body]));
  });
}
