import type { Field, TlsView } from '#reports/run-record.ts';
import type { TlsContact } from '#simulators/hostile/observed-listener.ts';
import { versionName } from '#simulators/hostile/raw-tls/numbers.ts';
import { agreedGroup, groupName } from '#simulators/hostile/raw-tls/server-choice.ts';
import type { WireConnection } from '#simulators/hostile/wire-tap.ts';

/** Enough for what a server says in clear. */
const firstBytes = 64 * 1024;

/** The facts of a TLS connection, for people. `sinceMs`: when the case began, of performance.now(). */
export function viewTls(contact: TlsContact, connections: readonly WireConnection[], sinceMs: number): TlsView {
  const { clientHello: hello, handshakeCompleted, protocol, cipher, alert, failure, applicationBytes } = contact;
  const group = agreedGroup(sentIn(connectionOf(contact, connections)));
  const rows: readonly (readonly [name: string, value: string | undefined])[] = [
    ['version', protocol],
    ['cipher', cipher],
    ['group', group === undefined ? undefined : groupName(group)],
    ['server name', hello && (hello.serverName ?? 'none sent')],
    ['handshake', handshakeCompleted ? 'completed' : 'not completed'],
    ['alert of the device', alert ?? 'none'],
    ['failure', failure],
    ['application bytes', String(applicationBytes)],
    ['certificate sent', contact.certificateSent ? 'yes' : 'no'],
    ['versions offered', hello?.versions.map(versionName).join(', ')],
    ['groups offered', hello?.groups.map(groupName).join(', ')],
    ['asks for its session again', hello && (hello.offersSession ? 'yes' : 'no')],
    ['renegotiation', contact.renegotiation],
    ['not to be seen', contact.nothingInCommon],
  ];
  const fields = rows.flatMap(([name, value]): Field[] => (value === undefined || value === '' ? [] : [[name, value]]));
  return { atMs: Math.round((contact.openedAt - sinceMs) * 10) / 10, fields };
}

/** A contact's id begins with the address and port of the device. */
function connectionOf({ id }: TlsContact, connections: readonly WireConnection[]): WireConnection | undefined {
  return connections.find(
    ({ transport, device }) => transport === 'tls' && id.startsWith(`${device.address}:${device.port}/`),
  );
}

function sentIn(connection: WireConnection | undefined): Uint8Array {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (const { from, bytes: piece } of connection?.pieces ?? []) {
    if (from !== 'server' || bytes > firstBytes) continue;
    pieces.push(piece);
    bytes += piece.length;
  }
  return Buffer.concat(pieces);
}
