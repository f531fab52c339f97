/** A server for bench/client.ts, in a process of its own: gives everybody the certificate that they ask for. Tells its address over IPC. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TargetAddress } from '#harness/fleet/plan.ts';
import { encodeAnswer } from '#protocol/messages/answers.ts';
import { decodeRequest } from '#protocol/messages/requests.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { readShortRequest } from '#protocol/short-request.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { createClearinghouseAuthority, issueDeviceCertificate } from '#reference-server/enrollment/issuer.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';

const validitySeconds = 86_400;
const authority = await createClearinghouseAuthority(profiles.modern, new Date());
const caCertificate = encodeAnswer({ kind: 'cacert', certificate: authority.certificate.der });

function answerTo(body: Uint8Array): Uint8Array {
  const message = decodeRequest(body);
  if (message.operation === 'getcacert') return caCertificate;
  const request = parsePkcs10(message.pkcs10);
  const [name = ''] = request.commonNames;
  const { der } = issueDeviceCertificate(authority, name, request, validitySeconds, new Date());
  return encodeAnswer({ kind: 'issued', certificate: der });
}

function serve(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    // What keeps its connection says so; the rest is the same.
    const asked = Buffer.from(
      bytes.toString('latin1').replace('connection: keep-alive', 'connection: close'),
      'latin1',
    );
    const request = readShortRequest(asked, 65536);
    if (!request) return void socket.destroy();
    const body = Buffer.from(answerTo(request.body)).toString('latin1');
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ';
    const whole = `${head}${body.length}\r\n\r\n${body}`;
    if (asked.length === bytes.length) socket.end(whole, 'latin1');
    else socket.write(whole, 'latin1');
  });
}

const thirdParty = await createThirdPartyCa({ profile: 'modern' });
const { chainPem, keyPem } = await thirdParty.issueServer({ host: 'localhost' });
const servers = [
  createServer(serve),
  createTlsServer({ ...tlsOptions(profiles.modern), cert: chainPem, key: keyPem }, serve),
];
const ports = servers.map(async (server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
});
const [http, tls] = await Promise.all(ports);
const address: TargetAddress = {
  httpUrl: `http://localhost:${http}/tep`,
  tlsUrl: `https://localhost:${tls}/tep`,
  anchorPem: thirdParty.anchorPem,
  caFingerprint: fingerprint(authority.certificate.der, 'sha256'),
};
process.send?.(address);
process.on('disconnect', () => process.exit());
