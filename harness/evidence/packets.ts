import { isIPv6 } from 'node:net';
import type { WireConnection, WireEnd } from '#simulators/hostile/wire-tap.ts';

/** An IP packet, at a moment in milliseconds since 1970. */
export interface Packet {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

const flag = { fin: 0x01, syn: 0x02, push: 0x08, ack: 0x10 } as const;
const protocolTcp = 6;
/** Of the payload; an IPv4 packet counts its length in 16 bits. */
const longestSegment = 16 * 1024;

/**
 * The packets of a connection as a network would have carried them (RFC 9293): handshake, data in both directions, and the
 * end. The payloads and their times are what was seen; the headers around them are made up.
 */
export function packetsOf(connection: WireConnection): Packet[] {
  const packets: Packet[] = [];
  const next = { device: 1000, server: 5000 };
  const send = (
    atMs: number,
    from: 'device' | 'server',
    flags: number,
    payload: Uint8Array = new Uint8Array(),
  ): void => {
    const to = from === 'device' ? 'server' : 'device';
    const acknowledged = flags & flag.ack ? next[to] : 0;
    const segment = tcpSegment(connection[from], connection[to], next[from], acknowledged, flags, payload);
    packets.push({ atMs, bytes: ipPacket(connection[from].address, connection[to].address, segment) });
    next[from] += payload.length + (flags & (flag.syn | flag.fin) ? 1 : 0);
  };
  const { openedAtMs, closedAtMs, pieces } = connection;
  send(openedAtMs, 'device', flag.syn);
  send(openedAtMs, 'server', flag.syn | flag.ack);
  send(openedAtMs, 'device', flag.ack);
  for (const { atMs, from, bytes } of pieces) {
    for (let start = 0; start < bytes.length; start += longestSegment) {
      send(atMs, from, flag.push | flag.ack, bytes.subarray(start, start + longestSegment));
    }
  }
  if (closedAtMs !== undefined) {
    send(closedAtMs, 'device', flag.fin | flag.ack);
    send(closedAtMs, 'server', flag.fin | flag.ack);
    send(closedAtMs, 'device', flag.ack);
  }
  return packets;
}

function tcpSegment(
  from: WireEnd,
  to: WireEnd,
  sequence: number,
  acknowledged: number,
  flags: number,
  payload: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(sequence >>> 0, 4);
  header.writeUInt32BE(acknowledged >>> 0, 8);
  header.writeUInt8(5 << 4, 12);
  header.writeUInt8(flags, 13);
  header.writeUInt16BE(0xffff, 14);
  const segment = Buffer.concat([header, payload]);
  const addresses = Buffer.concat([addressBytes(from.address), addressBytes(to.address)]);
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(segment.length, 0);
  rest.writeUInt32BE(protocolTcp, 4);
  segment.writeUInt16BE(checksum(Buffer.concat([addresses, rest, segment])), 16);
  return segment;
}

function ipPacket(from: string, to: string, segment: Uint8Array): Uint8Array {
  const addresses = Buffer.concat([addressBytes(from), addressBytes(to)]);
  if (addresses.length === 32) {
    const header = Buffer.alloc(8);
    header.writeUInt8(6 << 4, 0);
    header.writeUInt16BE(segment.length, 4);
    header.writeUInt8(protocolTcp, 6);
    header.writeUInt8(64, 7);
    return Buffer.concat([header, addresses, segment]);
  }
  const header = Buffer.alloc(12);
  header.writeUInt8((4 << 4) | 5, 0);
  header.writeUInt16BE(20 + segment.length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocolTcp, 9);
  const whole = Buffer.concat([header, addresses]);
  whole.writeUInt16BE(checksum(whole), 10);
  return Buffer.concat([whole, segment]);
}

/** RFC 1071: the complement of the sum, in ones' complement, of 16-bit words. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) sum += (bytes.at(-1) ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** 4 bytes or 16. An IPv4 address that an IPv6 socket saw (`::ffff:192.0.2.1`) is the IPv4 address that it is. */
function addressBytes(address: string): Buffer {
  const v4 = /(?:^|:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (v4) return Buffer.from(v4.slice(1).map(Number));
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return Buffer.alloc(4);
  const [left = '', right] = plain.split('::');
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const [first, last] = [words(left), words(right ?? '')];
  const zeros = new Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, word] of [...first, ...zeros, ...last].entries()) bytes.writeUInt16BE(word, 2 * index);
  return bytes;
}
