import fc from 'fast-check';

/** Which of the arbitraries made a value, and what it needs to shrink it. */
class Hand<T> {
  readonly of: fc.Arbitrary<T>;
  readonly context: unknown;

  constructor(of: fc.Arbitrary<T>, context: unknown) {
    this.of = of;
    this.context = context;
  }
}

/**
 * One of several arbitraries, dealt as cards are: none comes again before each of the others has come. With a few draws
 * every kind is there, which a choice at random does not give.
 */
export class Dealt<T> extends fc.Arbitrary<T> {
  readonly #all: readonly fc.Arbitrary<T>[];
  #left: fc.Arbitrary<T>[] = [];

  constructor(all: readonly fc.Arbitrary<T>[]) {
    super();
    this.#all = all;
  }

  generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    if (this.#left.length === 0) this.#left = [...this.#all];
    const [drawn] = this.#left.splice(random.nextInt(0, this.#left.length - 1), 1);
    if (drawn === undefined) throw new Error('There is nothing to deal.');
    return inHand(drawn, drawn.generate(random, bias));
  }

  canShrinkWithoutContext(_value: unknown): _value is T {
    return false;
  }

  shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    if (!(context instanceof Hand)) return fc.Stream.nil();
    const { of } = context as Hand<T>;
    return of.shrink(value, context.context).map((smaller) => inHand(of, smaller));
  }
}

function inHand<T>(of: fc.Arbitrary<T>, { value_, context }: fc.Value<T>): fc.Value<T> {
  return new fc.Value(value_, new Hand(of, context));
}
