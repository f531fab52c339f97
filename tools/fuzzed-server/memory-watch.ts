import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const mebibyte = 1024 * 1024;
/** The first looks see code being compiled and caches being filled. */
const warmUp = 10;

/** The heap after each batch, without garbage: does it stay where it was? */
export class MemoryWatch {
  readonly #heap: number[] = [];

  look(): void {
    collect();
    this.#heap.push(process.memoryUsage().heapUsed);
  }

  get summary(): string {
    const seen = this.#heap.map((bytes) => bytes / mebibyte);
    return `heap ${Math.min(...seen).toFixed(1)} to ${Math.max(...seen).toFixed(1)} MiB over ${seen.length} looks`;
  }

  /** The median of the last fifth against that of the first, once there is enough to compare. */
  get grows(): boolean {
    const steady = this.#heap.slice(warmUp);
    const fifth = Math.floor(steady.length / 5);
    if (fifth < 2) return false;
    const [first, last] = [median(steady.slice(0, fifth)), median(steady.slice(-fifth))];
    return last > first * 1.1 && last > first + 8 * mebibyte;
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
