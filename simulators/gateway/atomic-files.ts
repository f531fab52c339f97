import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FileContent {
  readonly text: string;
  readonly secret: boolean;
}

/**
 * A set of files that changes as one, though each stands under its own name. The new ones are written and synced in
 * `.NAME.new`; renaming that folder to `.NAME.ready` is the moment of change; then each file moves to its place.
 * Whoever comes after a crash calls `settle`: a `.new` folder is thrown away, a `.ready` one is carried out.
 */
export class AtomicFiles {
  readonly #directory: string;
  readonly #unfinished: string;
  readonly #ready: string;

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#unfinished = join(directory, `.${name}.new`);
    this.#ready = join(directory, `.${name}.ready`);
  }

  async write(files: Readonly<Record<string, FileContent>>): Promise<void> {
    await this.settle();
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    for (const [name, content] of Object.entries(files)) {
      await writeSynced(join(this.#unfinished, name), content);
    }
    await syncDirectory(this.#unfinished);
    await rename(this.#unfinished, this.#ready);
    await syncDirectory(this.#directory);
    await this.settle();
  }

  /** Ends what a crash left half done. */
  async settle(): Promise<void> {
    await rm(this.#unfinished, { recursive: true, force: true });
    const names = await readdir(this.#ready).catch(() => undefined);
    if (names === undefined) return;
    for (const name of names) {
      await rename(join(this.#ready, name), join(this.#directory, name));
    }
    await rmdir(this.#ready);
    await syncDirectory(this.#directory);
  }
}

async function writeSynced(path: string, { text, secret }: FileContent): Promise<void> {
  const handle = await open(path, 'w', secret ? 0o600 : 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
