import type { Configuration } from '#protocol/config-file/configuration.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import type { ConfigProblem } from '#protocol/config-file/problems.ts';
import { MusterError } from '#protocol/errors.ts';
import { type ConfigurationKeeper, digestOfText } from '../../configuration/configuration-keeper.ts';
import { hideWords, putBack, type SecretItem } from './hidden-words.ts';
import { withLineEnds } from './line-ends.ts';
import { basisOf, isSameBasis, withMarksOf } from './marks.ts';

/** Marks may be written between a look at the file and the change of it. */
const triesAtMost = 5;

/** A text as somebody may see it. */
export interface ShownText {
  readonly text: string;
  /** As it stands in the file, secrets included. */
  readonly whole: string;
  readonly problems: readonly Problem[];
  /** The text is not the one in force. */
  readonly differs: boolean;
}

export type Problem = Pick<ConfigProblem, 'line' | 'column' | 'message'>;

export interface Draft {
  /** With the secrets, as it is to be written. */
  readonly whole: string;
  readonly problems: readonly Problem[];
  readonly configuration: Configuration;
}

/** Nobody's page holds the CA's key, sealed though it is; license keys are for who edits the file. */
export const hiddenFrom = (mayEdit: boolean): readonly SecretItem[] => (mayEdit ? ['crypto'] : ['crypto', 'license']);

/** The configuration file for people: read without its secrets, and written with them. */
export class ConfigurationWorkbench {
  readonly #keeper: ConfigurationKeeper;

  constructor(keeper: ConfigurationKeeper) {
    this.#keeper = keeper;
  }

  /** What stands in the file by now: it may have errors, and then another text is in force. */
  async newest(mayEdit: boolean): Promise<ShownText> {
    const text = await this.#keeper.newestText();
    return {
      text: hideWords(text, hiddenFrom(mayEdit)),
      whole: text,
      problems: text === this.#keeper.text ? [] : this.#keeper.check(text),
      differs: text !== this.#keeper.text,
    };
  }

  /** What an editor sent, with the secrets put back. */
  async draft(sent: string): Promise<Draft> {
    const newest = await this.#keeper.newestText();
    const { text: whole, unknown } = putBack(withLineEnds(sent, newest), [newest, this.#keeper.text]);
    const { configuration, problems } = parseConfigFile(whole, this.#keeper.fileName);
    const lost = unknown.map((line) => ({
      line,
      column: 1,
      message: 'this stands for a secret that is not in the file any more; read the file again, or take the line out',
    }));
    return { whole, configuration, problems: [...lost, ...problems] };
  }

  /** @throws MusterError as ConfigurationKeeper.apply */
  async apply({ whole }: Draft, by: string, basedOn: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      const newest = await this.#keeper.newestText();
      const basis = isSameBasis(basedOn, basisOf(newest));
      const text = basis === 'marks' ? withMarksOf(whole, newest) : whole;
      try {
        // Of another text: the keeper says so.
        return await this.#keeper.apply(text, by, basis === 'different' ? basedOn : digestOfText(newest));
      } catch (thrown) {
        const again = thrown instanceof MusterError && thrown.code === 'config-conflict' && basis !== 'different';
        if (!again || tries >= triesAtMost) throw thrown;
      }
    }
  }

  async backup(
    name: string,
    mayEdit: boolean,
  ): Promise<{ readonly text: string; readonly configuration: Configuration }> {
    const text = await this.#keeper.readBackup(name);
    const { configuration } = parseConfigFile(text, name);
    return { text: hideWords(text, hiddenFrom(mayEdit)), configuration };
  }
}
