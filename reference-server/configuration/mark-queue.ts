/** At least this long, marks are collected before they are written. */
const collectMs = 200;
/** Writing takes one part in two hundred of the time: the larger the file, the more marks go into one write. */
const restPerWrite = 199;
const retryMs = 5000;

/**
 * Marks that wait to be written, each device with its newest. They are written together, one write at a time; those that
 * could not be written wait for the next.
 */
export class MarkQueue {
  readonly #write: (waiting: () => ReadonlyMap<string, boolean>) => Promise<void>;
  readonly #failed: (thrown: unknown) => void;
  readonly #waiting = new Map<string, boolean>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #restUntil = 0;
  #failing = false;

  /** `write` asks for what waits when its turn has come. `failed` is told once in a row. */
  constructor(
    write: (waiting: () => ReadonlyMap<string, boolean>) => Promise<void>,
    failed: (thrown: unknown) => void,
  ) {
    this.#write = write;
    this.#failed = failed;
  }

  get waiting(): ReadonlyMap<string, boolean> {
    return this.#waiting;
  }

  set(name: string, mark: boolean): void {
    this.#waiting.set(name, mark);
    this.#schedule();
  }

  /** What waits is not true any more. */
  forget(): void {
    this.#waiting.clear();
  }

  /** Tries to write what waits, now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#writing) await this.#writing;
    if (this.#waiting.size === 0) return;
    this.#writing = this.#writeWaiting();
    await this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    let written: ReadonlyMap<string, boolean> = new Map();
    const begun = performance.now();
    try {
      await this.#write(() => {
        written = new Map(this.#waiting);
        return written;
      });
      for (const [name, mark] of written) if (this.#waiting.get(name) === mark) this.#waiting.delete(name);
      this.#failing = false;
      this.#rest(restPerWrite * (performance.now() - begun));
    } catch (thrown) {
      if (!this.#failing) this.#failed(thrown);
      this.#failing = true;
      this.#rest(retryMs);
    } finally {
      this.#writing = undefined;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  #rest(ms: number): void {
    this.#restUntil = performance.now() + ms;
  }

  #schedule(): void {
    if (this.#timer || this.#writing) return;
    const ms = Math.max(collectMs, this.#restUntil - performance.now());
    this.#timer = setTimeout(() => void this.flush(), ms).unref();
  }
}
