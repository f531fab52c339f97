import type { Packet } from './packets.ts';

// The IETF draft «PCAP Now Generic (pcapng) Capture File Format», §4.
const blockType = { section: 0x0a0d0d0a, interface: 1, packet: 6, secrets: 10 } as const;
/** LINKTYPE_RAW: packets begin with their IP header. */
const linkTypeRaw = 101;
/** «TLSK»: a key log in NSS format. */
const secretsTls = 0x544c534b;

/** A capture file that Wireshark reads, and decrypts by itself: the key log is in it. Times in microseconds. */
export function pcapng(packets: readonly Packet[], keyLog: readonly string[]): Uint8Array {
  const blocks = [sectionHeader(), interfaceDescription()];
  if (keyLog.length > 0) blocks.push(decryptionSecrets(keyLog));
  const inTime = packets.toSorted((a, b) => a.atMs - b.atMs);
  return Buffer.concat([...blocks, ...inTime.map(enhancedPacket)]);
}

function sectionHeader(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4);
  // Length of the section: not said.
  body.writeBigInt64LE(-1n, 8);
  return block(blockType.section, body);
}

function interfaceDescription(): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkTypeRaw, 0);
  return block(blockType.interface, body);
}

function decryptionSecrets(keyLog: readonly string[]): Buffer {
  const secrets = Buffer.from(keyLog.map((line) => `${line}\n`).join(''), 'latin1');
  const head = Buffer.alloc(8);
  head.writeUInt32LE(secretsTls, 0);
  head.writeUInt32LE(secrets.length, 4);
  return block(blockType.secrets, Buffer.concat([head, secrets]));
}

function enhancedPacket({ atMs, bytes }: Packet): Buffer {
  const micros = BigInt(Math.round(atMs * 1000));
  const head = Buffer.alloc(20);
  head.writeUInt32LE(Number(micros >> 32n), 4);
  head.writeUInt32LE(Number(micros & 0xffffffffn), 8);
  head.writeUInt32LE(bytes.length, 12);
  head.writeUInt32LE(bytes.length, 16);
  return block(blockType.packet, Buffer.concat([head, bytes]));
}

/** Type, length, body padded to 32 bits, and the length again. */
function block(type: number, body: Uint8Array): Buffer {
  const padding = (4 - (body.length % 4)) % 4;
  const length = 12 + body.length + padding;
  const whole = Buffer.alloc(length);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(length, 4);
  whole.set(body, 8);
  whole.writeUInt32LE(length, length - 4);
  return whole;
}
