import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import { type KeyPair, keyPairFromPem, privateKeyPem } from '#protocol/pki/keys.ts';
import { fromPem, toPem } from '#protocol/pki/pem.ts';
import { AtomicFiles } from './atomic-files.ts';
import type { DeviceIdentity, DeviceStore, PendingRequest } from './device-store.ts';

const identityFiles = ['certificate.pem', 'cacert.pem', 'key.pem'] as const;
const pendingFiles = ['pending.json', 'pending-key.pem'] as const;

/**
 * Keeps a device in a folder: key.pem, certificate.pem, cacert.pem; pending.json and pending-key.pem while a request
 * is under way. Keys and the pending request are for the owner's eyes only (mode 0600).
 */
export class FileStore implements DeviceStore {
  readonly #directory: string;
  readonly #identity: AtomicFiles;
  readonly #pending: AtomicFiles;

  constructor(directory: string) {
    this.#directory = directory;
    this.#identity = new AtomicFiles(directory, 'identity');
    this.#pending = new AtomicFiles(directory, 'pending');
  }

  /** Throws MusterError `pem-malformed` when a file was tampered with. */
  async readIdentity(): Promise<DeviceIdentity | undefined> {
    await this.#open(this.#identity);
    const [certificate, caCertificate, key] = await this.#read(identityFiles);
    if (certificate === undefined || caCertificate === undefined || key === undefined) return undefined;
    return {
      key: keyPairFromPem(key),
      certificate: onlyCertificate(certificate),
      caCertificate: onlyCertificate(caCertificate),
    };
  }

  async writeIdentity(identity: DeviceIdentity): Promise<void> {
    await this.#open(this.#identity);
    await this.#identity.write({
      'key.pem': secretKey(identity.key),
      'certificate.pem': { text: toPem('CERTIFICATE', identity.certificate), secret: false },
      'cacert.pem': { text: toPem('CERTIFICATE', identity.caCertificate), secret: false },
    });
  }

  async removeIdentity(): Promise<void> {
    await this.#open(this.#identity);
    await this.#remove(identityFiles);
  }

  async readPending(): Promise<PendingRequest | undefined> {
    await this.#open(this.#pending);
    const [record, key] = await this.#read(pendingFiles);
    if (record === undefined || key === undefined) return undefined;
    return { ...parsePending(record), key: keyPairFromPem(key) };
  }

  async writePending(pending: PendingRequest): Promise<void> {
    await this.#open(this.#pending);
    const record = {
      nonce: base64(pending.nonce),
      pkcs10: base64(pending.pkcs10),
      caCertificate: base64(pending.caCertificate),
      owner: pending.owner,
      acknowledged: pending.acknowledged,
    };
    await this.#pending.write({
      'pending-key.pem': secretKey(pending.key),
      'pending.json': { text: `${JSON.stringify(record, undefined, 2)}\n`, secret: true },
    });
  }

  async removePending(): Promise<void> {
    await this.#open(this.#pending);
    await this.#remove(pendingFiles);
  }

  async #open(files: AtomicFiles): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    await files.settle();
  }

  #read(names: readonly string[]): Promise<(string | undefined)[]> {
    return Promise.all(names.map((name) => readIfThere(join(this.#directory, name))));
  }

  async #remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.#directory, name), { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsePending(text: string): Omit<PendingRequest, 'key'> {
  const fields = fieldsOf(text);
  const { nonce, pkcs10, caCertificate, owner } = fields;
  if ([nonce, pkcs10, caCertificate, owner].some((value) => typeof value !== 'string')) {
    throw notOurs();
  }
  return {
    nonce: Buffer.from(String(nonce), 'base64'),
    pkcs10: Buffer.from(String(pkcs10), 'base64'),
    caCertificate: Buffer.from(String(caCertificate), 'base64'),
    owner: String(owner),
    acknowledged: fields.acknowledged === true,
  };
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw notOurs();
  }
}

function notOurs(): MusterError {
  return new MusterError('settings-invalid', 'pending.json is not what a gateway wrote: reset the device');
}

function onlyCertificate(pem: string): Uint8Array {
  const [der] = fromPem(pem, 'CERTIFICATE');
  if (der === undefined) throw new MusterError('pem-malformed', 'expected a CERTIFICATE block, found none');
  return der;
}

function secretKey(key: KeyPair): { text: string; secret: true } {
  return { text: privateKeyPem(key), secret: true };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
