import { generateKeyPair, type KeyKind, type KeyPair, makeP256KeyPair } from '#protocol/pki/keys.ts';

const atOnce = 4;

/** Are keys of this kind so slow to make (some 100 ms) that a run would measure nothing else? */
export function needsPool(kind: KeyKind): boolean {
  return kind.startsWith('rsa');
}

/** Keys that are made ahead, so that making them is no part of what is measured. */
export class KeyPool {
  readonly #kind: KeyKind;
  readonly #keys: KeyPair[] = [];

  constructor(kind: KeyKind) {
    this.#kind = kind;
  }

  async fill(count: number, onMade: (made: number) => void, signal: AbortSignal): Promise<void> {
    let begun = 0;
    const one = async (): Promise<void> => {
      while (begun < count && !signal.aborted) {
        begun++;
        this.#keys.push(await generateKeyPair(this.#kind));
        onMade(this.#keys.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }

  /** One that nobody else gets; a new one when there is none left. */
  async take(): Promise<KeyPair> {
    const ready = this.#keys.pop();
    if (ready) return ready;
    return this.#kind === 'p256' ? makeP256KeyPair() : generateKeyPair(this.#kind);
  }
}
