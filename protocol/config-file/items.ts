import type { Destination } from './configuration.ts';
import type { ConfigDraft, ConfigLine } from './draft.ts';
import { show } from './problems.ts';
import type { Word } from './tokenizer.ts';

interface ConfigItem {
  /** The line in the notation of WO 01/47232, Table 8. */
  readonly form: string;
  /** What each word behind the item is, for messages; all are needed. */
  readonly words: readonly string[];
  /** How many words more may follow. */
  readonly more: number;
  readonly read: (at: ConfigLine, draft: ConfigDraft) => void;
}

/** Every item of a configuration file: WO 01/47232, Table 8 and the forms below it. */
const configItems: Readonly<Record<string, ConfigItem>> = {
  license: {
    form: 'license "key"',
    words: ['license key'],
    more: 0,
    read: ({ words: [, key] }, draft) => {
      if (key) draft.licenses.push(key.text);
    },
  },
  crypto: {
    form: 'crypto "parameters"',
    words: ['cryptographic parameters'],
    more: 0,
    read: ({ words: [, parameters] }, draft) => {
      if (parameters) draft.crypto = parameters.text;
    },
  },
  enroll: flagItem('enroll'),
  routing: flagItem('routing'),
  cdrs: flagItem('cdrs'),
  ssl: flagItem('ssl'),
  group: {
    form: 'group name',
    words: ['name of the group'],
    more: 0,
    read: (at, draft) => {
      const [, name] = at.words;
      if (name) draft.addGroup(at, name);
    },
  },
  device: {
    form: 'device name group {enabled | disabled} [enrolled]',
    words: ['name of the device', 'name of the group', 'word enabled or disabled'],
    more: 1,
    read: readDevice,
  },
  route: {
    form: 'route group number (device weight)+',
    words: ['name of the group', 'called number', 'name of the destination device', 'weight of that device'],
    more: Number.POSITIVE_INFINITY,
    read: readRoute,
  },
};

/** WO 01/47232, Table 8: "either "enabled" or "disabled" (without the quotation marks)". */
function readFlag(at: ConfigLine, draft: ConfigDraft, word: Word): boolean {
  const on = word.text === 'enabled';
  if (word.quoted || (!on && word.text !== 'disabled')) {
    const seen = word.quoted ? `${show(word.text)} in quotes` : show(word.text);
    draft.report(at, word.start, 'bad-flag', `bad flag: expected enabled or disabled without quotes, seen ${seen}`);
  }
  return on;
}

function flagItem(name: keyof ConfigDraft['flags']): ConfigItem {
  return {
    form: `${name} {enabled | disabled}`,
    words: ['word enabled or disabled'],
    more: 0,
    read: (at, draft) => {
      const [, flag] = at.words;
      if (flag) draft.flags[name] = readFlag(at, draft, flag);
    },
  };
}

function readDevice(at: ConfigLine, draft: ConfigDraft): void {
  const [, name, group, flag, mark] = at.words;
  if (!name) return;
  if (name.text === '') {
    draft.report(at, name.start, 'missing-word', 'missing word: expected the name of the device, seen empty quotes');
  }
  const groupName = group ? draft.useGroup(at, group) : '';
  const enabled = flag ? readFlag(at, draft, flag) : false;
  if (mark && (mark.quoted || mark.text !== 'enrolled')) {
    const seen = mark.quoted ? `${show(mark.text)} in quotes` : show(mark.text);
    draft.report(at, mark.start, 'bad-flag', `bad flag: expected enrolled without quotes, or nothing, seen ${seen}`);
  }
  const enrolled = mark?.text === 'enrolled';
  draft.addDevice(at, name, { name: name.text, group: groupName, enabled, enrolled, line: at.line });
}

function readRoute(at: ConfigLine, draft: ConfigDraft): void {
  const [, group, number] = at.words;
  if (!group || !number) return;
  const groupName = draft.useGroup(at, group);
  const destinations: Destination[] = [];
  for (let index = 3; index < at.words.length; index += 2) {
    const device = at.words[index];
    const weight = at.words[index + 1];
    if (!device) break;
    draft.useDevice(at, device);
    if (weight) {
      destinations.push({ device: device.text, weight: readWeight(at, draft, weight) });
    } else if (index > 3) {
      const message = `missing word: expected the weight of device ${show(device.text)}, seen the end of the line; add it, 0 for a last resort`;
      draft.report(at, device.end, 'missing-word', message);
    }
  }
  draft.addRoute(at, group, { group: groupName, number: number.text, destinations, line: at.line });
}

function readWeight(at: ConfigLine, draft: ConfigDraft, word: Word): number {
  if (/^[0-9]{1,9}$/.test(word.text)) return Number(word.text);
  const message = `bad weight: expected a whole number from 0 to 999999999, seen ${show(word.text)}`;
  draft.report(at, word.start, 'bad-weight', message);
  return 0;
}

/**
 * Reads one line of at least one word into the draft. Words of `license` and `crypto` lines, and long words that name no
 * item, are not repeated in messages: they may be keys.
 */
export function readItem(at: ConfigLine, draft: ConfigDraft): void {
  const [first] = at.words;
  if (!first) return;
  const item = first.quoted || !Object.hasOwn(configItems, first.text) ? undefined : configItems[first.text];
  if (!item) {
    const seen = /^[A-Za-z-]{1,12}$/.test(first.text) ? ` ${show(first.text)}` : '';
    const expected = `expected one of ${Object.keys(configItems).join(', ')}, in small letters without quotes`;
    draft.report(at, first.start, 'unknown-item', `unknown item${seen}: ${expected}`);
    return;
  }
  const given = at.words.length - 1;
  const missing = item.words[given];
  const last = at.words[at.words.length - 1];
  if (missing !== undefined && last) {
    const message = `missing word: expected the ${missing}, seen the end of the line; the form is: ${item.form}`;
    draft.report(at, last.end, 'missing-word', message);
  }
  const surplus = at.words[item.words.length + item.more + 1];
  if (surplus) {
    const message = `surplus word: expected the end of the line; quote a name that has blanks; the form is: ${item.form}`;
    draft.report(at, surplus.start, 'surplus-word', message);
  }
  item.read(at, draft);
}
