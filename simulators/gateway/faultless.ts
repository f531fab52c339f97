/**
 * Keeps what the last question without a fault was answered with: a fleet asks the same one a thousand times. A second is as often
 * as a date of a certificate can end, so whoever asks compares the time by the second. What has a fault is judged each time.
 */
export class Faultless<Question extends { readonly at: Date }, Result extends { readonly ok: boolean }> {
  readonly #judge: (question: Question) => readonly Result[];
  readonly #isSame: (a: Question, b: Question) => boolean;
  #last: { readonly question: Question; readonly results: readonly Result[] } | undefined;

  /** `isSame` compares all but the time. */
  constructor(judge: (question: Question) => readonly Result[], isSame: (a: Question, b: Question) => boolean) {
    this.#judge = judge;
    this.#isSame = isSame;
  }

  /** What the judge says of it, now or within this second. */
  resultsOf(question: Question): readonly Result[] {
    const last = this.#last;
    if (last && secondOf(last.question) === secondOf(question) && this.#isSame(last.question, question)) {
      return last.results;
    }
    const results = this.#judge(question);
    if (results.every(({ ok }) => ok)) this.#last = { question, results };
    return results;
  }
}

function secondOf({ at }: { readonly at: Date }): number {
  return Math.floor(at.getTime() / 1000);
}
