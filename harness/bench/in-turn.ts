import fc from 'fast-check';

/**
 * Draws the values of a list one after the other, each for an equal share of the runs in a row: where going from one to the
 * other costs more than the run itself. It shrinks to the values before.
 */
export class InTurn<Value> extends fc.Arbitrary<Value> {
  readonly #values: readonly [Value, ...Value[]];
  readonly #inARow: number;
  #drawn = 0;

  constructor(values: readonly [Value, ...Value[]], runs: number) {
    super();
    this.#values = values;
    this.#inARow = Math.ceil(runs / values.length);
  }

  generate(): fc.Value<Value> {
    const [first] = this.#values;
    const turn = Math.floor(this.#drawn++ / this.#inARow) % this.#values.length;
    return new fc.Value(this.#values[turn] ?? first, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Value {
    return this.#values.some((one) => one === value);
  }

  shrink(value: Value): fc.Stream<fc.Value<Value>> {
    const before = this.#values.slice(0, Math.max(0, this.#values.indexOf(value)));
    return fc.Stream.of(...before.map((one) => new fc.Value(one, undefined)));
  }
}
