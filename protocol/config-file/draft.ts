import {
  type Configuration,
  calledNumberKey,
  type Device,
  deviceKey,
  type Group,
  type Route,
} from './configuration.ts';
import { type ConfigProblem, type ConfigRule, show } from './problems.ts';
import type { Word } from './tokenizer.ts';

/** One line with words, while it is read. */
export interface ConfigLine {
  readonly line: number;
  readonly words: readonly Word[];
  /** Offset of column 1 in the text. */
  readonly start: number;
}

interface Reference {
  readonly kind: 'group' | 'device';
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The configuration as read so far, with its problems. Of duplicates the later counts, so that a reader that leaves the
 * rule out still has one definite answer.
 */
export class ConfigDraft {
  readonly licenses: string[] = [];
  crypto: string | undefined;
  readonly flags = { enroll: false, routing: false, cdrs: false, ssl: false };
  readonly problems: ConfigProblem[] = [];
  readonly #groups = new Map<string, Group>();
  readonly #devices = new Map<string, Device>();
  readonly #routes: Route[] = [];
  /** Where in #routes a route stands, by group, then number. */
  readonly #routeIndex = new Map<string, Map<string, number>>();
  readonly #firstLines = new Map<string, number>();
  /** Names not defined yet where they were used; a later line may define them. */
  readonly #references: Reference[] = [];
  #brokenLine = 0;

  /** A problem at an offset of the text. A line with broken words is not judged further: what follows would be noise. */
  report(at: ConfigLine, offset: number, rule: ConfigRule, message: string): void {
    if (at.line === this.#brokenLine) return;
    this.problems.push({ line: at.line, column: offset - at.start + 1, rule, message });
  }

  /** From here on the line only defines names, so that one broken line makes no errors elsewhere. */
  giveUpOn(at: ConfigLine): void {
    this.#brokenLine = at.line;
  }

  /** WO 01/47232, Table 8: "it is not possible to define multiple groups with the same name". */
  addGroup(at: ConfigLine, word: Word): void {
    const first = this.#groups.get(word.text);
    if (first) this.#duplicate(at, word, 'duplicate-group', first.line, `group ${show(word.text)}`);
    this.#groups.set(word.text, { name: word.text, line: at.line });
  }

  /** "… multiple devices with the same name …" */
  addDevice(at: ConfigLine, word: Word, device: Device): void {
    const key = deviceKey(device.name);
    const first = this.#devices.get(key);
    if (first) this.#duplicate(at, word, 'duplicate-device', first.line, `device ${show(device.name)}`);
    this.#devices.set(key, device);
  }

  /** "… or multiple routes with the same group and called number." */
  addRoute(at: ConfigLine, word: Word, route: Route): void {
    const ofGroup = this.#routeIndex.get(route.group) ?? new Map<string, number>();
    if (ofGroup.size === 0) this.#routeIndex.set(route.group, ofGroup);
    const key = calledNumberKey(route.number);
    const index = ofGroup.get(key);
    const first = index === undefined ? undefined : this.#routes[index];
    if (first === undefined || index === undefined) {
      ofGroup.set(key, this.#routes.length);
      this.#routes.push(route);
      return;
    }
    const what = `route of group ${show(route.group)} to ${show(route.number)}`;
    this.#duplicate(at, word, 'duplicate-route', first.line, what);
    this.#routes[index] = route;
  }

  /** The name of the group that a line uses, as one string for all the devices in it. */
  useGroup(at: ConfigLine, word: Word): string {
    const group = this.#groups.get(word.text);
    if (!group) this.#use(at, word, 'group');
    return group?.name ?? word.text;
  }

  useDevice(at: ConfigLine, word: Word): void {
    if (!this.#devices.has(deviceKey(word.text))) this.#use(at, word, 'device');
  }

  /** Settles what could not be settled line by line, and puts the problems in the order of the file. */
  finish(): Configuration {
    for (const { kind, name, line, column } of this.#references) {
      if (kind === 'group' ? this.#groups.has(name) : this.#devices.has(deviceKey(name))) continue;
      const message = `undefined ${kind} ${show(name)}: expected a ${kind} line for it in this file, seen none; define it or mend the name`;
      this.problems.push({ line, column, rule: `undefined-${kind}`, message });
    }
    this.problems.sort((a, b) => a.line - b.line || a.column - b.column);
    const license = this.licenses.at(-1);
    return {
      ...(license === undefined ? {} : { license }),
      licenses: this.licenses,
      ...(this.crypto === undefined ? {} : { crypto: this.crypto }),
      ...this.flags,
      groups: this.#groups,
      devices: this.#devices,
      routes: this.#routes,
    };
  }

  #use(at: ConfigLine, word: Word, kind: 'group' | 'device'): void {
    if (at.line === this.#brokenLine) return;
    this.#references.push({ kind, name: word.text, line: at.line, column: word.start - at.start + 1 });
  }

  /** Each repetition names the line that defined the name first, though the one before it may be nearer. */
  #duplicate(at: ConfigLine, word: Word, rule: ConfigRule, previousLine: number, what: string): void {
    const firstLine = this.#firstLines.get(`${rule} ${previousLine}`) ?? previousLine;
    this.#firstLines.set(`${rule} ${at.line}`, firstLine);
    this.report(
      at,
      word.start,
      rule,
      `duplicate ${what}: first defined on line ${firstLine}, again on line ${at.line}; remove one`,
    );
  }
}
