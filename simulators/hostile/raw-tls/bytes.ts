/** The bytes end before what they announce, or go on after it. */
export class MalformedTls extends Error {}

/** Reads TLS structures (RFC 8446 §3) strictly: what is announced must be there, and nothing may follow it. */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #offset = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @throws MalformedTls when fewer bytes are left */
  take(length: number): Buffer {
    if (this.left < length) {
      throw new MalformedTls(`${this.#what}: ${length} bytes are announced at ${this.#offset}, ${this.left} are left`);
    }
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** An unsigned number of 1 to 3 bytes. */
  number(bytes: number): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  /** A vector: its length in so many bytes, then its content. */
  vector(lengthBytes: number): Buffer {
    return this.take(this.number(lengthBytes));
  }

  rest(): Buffer {
    return this.take(this.left);
  }

  /** @throws MalformedTls when bytes are left */
  end(): void {
    if (this.left > 0) throw new MalformedTls(`${this.#what}: ${this.left} bytes follow its end`);
  }
}

/** A list of numbers of two bytes each: ciphers, groups, signature schemes, versions. */
export function numbersOf(list: Uint8Array, what: string): number[] {
  const reader = new ByteReader(list, what);
  const numbers: number[] = [];
  while (reader.left > 0) numbers.push(reader.number(2));
  return numbers;
}

export function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

export function vector(lengthBytes: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([number(content.length, lengthBytes), content]);
}

/** A handshake message: type, length in three bytes, body. */
export function handshakeMessage(type: number, ...body: readonly Uint8Array[]): Buffer {
  return Buffer.concat([number(type, 1), vector(3, ...body)]);
}

/** An extension of a hello or of EncryptedExtensions. */
export function extension(type: number, ...data: readonly Uint8Array[]): Buffer {
  return Buffer.concat([number(type, 2), vector(2, ...data)]);
}
