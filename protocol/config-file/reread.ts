import { type Configuration, type Device, deviceKey } from './configuration.ts';
import { ConfigDraft } from './draft.ts';
import { readItem } from './items.ts';
import { type ConfigFile, linesOf, parseConfigFile, type ReadConfigFile } from './parse.ts';
import { readWords, type Word, type WordFault } from './tokenizer.ts';

/**
 * What `parseConfigFile` makes of this text, sooner: when it differs from a file without problems that was read before by
 * nothing but words of device lines, comments, and cryptographic parameters or license keys at its end, only those lines are
 * read. What did not change is the same object as before.
 */
export function rereadConfigFile(before: ReadConfigFile, text: string): ReadConfigFile {
  return rereadLines(before, { ...before.file, lines: linesOf(text) });
}

/** The same for a file that was edited line by line. */
export function rereadLines(before: ReadConfigFile, file: ConfigFile): ReadConfigFile {
  const configuration = before.problems.length === 0 ? configurationOf(before, file.lines) : undefined;
  if (configuration === undefined) return parseConfigFile(file.lines.join(''), file.name);
  return { file: { ...file, deviceLines: configuration.devices }, configuration, problems: [] };
}

/** Undefined when the whole file must be read. */
function configurationOf({ file, configuration }: ReadConfigFile, lines: readonly string[]): Configuration | undefined {
  if (lines.length < file.lines.length) return undefined;
  const changed: Device[] = [];
  for (const [index, former] of file.lines.entries()) {
    const raw = lines[index] ?? '';
    // A line end that was missing at the end of the file is no change of what the line says.
    if (raw === former || raw === `${former}\n` || raw === `${former}\r\n`) continue;
    const device = lineReadAgain(configuration, former, raw, index + 1);
    if (device === undefined) return undefined;
    if (device !== 'comment') changed.push(device);
  }
  const said = saidAtEnd(configuration, lines.slice(file.lines.length));
  return said && withDevices(said, changed);
}

function withDevices(configuration: Configuration, changed: readonly Device[]): Configuration {
  if (changed.length === 0) return configuration;
  const devices = new Map(configuration.devices);
  for (const device of changed) devices.set(deviceKey(device.name), device);
  return { ...configuration, devices };
}

/** With lines after the last one: undefined when they say something else than these two items, of which the last counts. */
function saidAtEnd(configuration: Configuration, lines: readonly string[]): Configuration | undefined {
  let said = configuration;
  for (const line of lines) {
    const words = wordsOf(line, Number.POSITIVE_INFINITY);
    const [item, value, ...more] = words ?? [];
    if (words?.length === 0) continue;
    if (!item || item.quoted || !value || more.length > 0) return undefined;
    if (item.text === 'crypto') said = { ...said, crypto: value.text };
    else if (item.text === 'license') said = { ...said, license: value.text, licenses: [...said.licenses, value.text] };
    else return undefined;
  }
  return said;
}

function lineReadAgain(
  { devices, groups }: Configuration,
  former: string,
  raw: string,
  line: number,
): Device | 'comment' | undefined {
  const [then, now] = [wordsOf(former, line), wordsOf(raw, line)];
  if (!then || !now) return undefined;
  if (then.length === 0 && now.length === 0) return 'comment';
  const [item, name] = now;
  const device = name && devices.get(deviceKey(name.text));
  if (item?.text !== 'device' || device?.line !== line) return undefined;
  const draft = new ConfigDraft();
  const at = { line, words: now, start: 0 };
  const group = groups.get(device.group);
  // Any word does: it stands for the line of the group, which is in order.
  if (group) draft.addGroup({ ...at, line: group.line }, { ...item, text: group.name });
  readItem(at, draft);
  const read = draft.finish();
  return draft.problems.length === 0 ? [...read.devices.values()][0] : undefined;
}

/** Undefined for words with a fault. */
function wordsOf(raw: string, line: number): readonly Word[] | undefined {
  const words: Word[] = [];
  const faults: WordFault[] = [];
  const start = line === 1 && raw.startsWith('\ufeff') ? 1 : 0;
  readWords(raw, start, raw.replace(/\r?\n$/, '').length, words, faults);
  return faults.length === 0 ? words : undefined;
}
