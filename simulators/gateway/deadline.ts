/** The longest that a timer can be set for; beyond it there is no end. */
const longestMs = 2 ** 31 - 1;

/** The end of the time that one message has. One listener at a time is all that it needs, so it is no AbortSignal: those cost a fleet. */
export class Deadline {
  readonly #timer: NodeJS.Timeout | undefined;
  #listener: (() => void) | undefined;
  #isOver = false;

  /** From now on. */
  constructor(seconds: number) {
    const ms = Math.ceil(seconds * 1000);
    this.#timer = ms <= longestMs ? setTimeout(() => this.#end(), ms) : undefined;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Who is told of the end, in the place of whoever was to be told before. */
  set onOver(listener: () => void) {
    this.#listener = listener;
  }

  /** The message is through: nobody is told any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#listener = undefined;
  }

  #end(): void {
    this.#isOver = true;
    this.#listener?.();
  }
}
