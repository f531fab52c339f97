import { type Configuration, type Device, deviceKey } from './configuration.ts';
import { ConfigDraft } from './draft.ts';
import { readItem } from './items.ts';
import { type ConfigFile, linesOf, parseConfigFile, type ReadConfigFile } from './parse.ts';
import { readWords, type Word, type WordFault } from './tokenizer.ts';

/** More lines than these are read as fast with the whole file. */
const linesAtMost = 20_000;

/**
 * What `parseConfigFile` makes of this text, sooner: when nothing but words of device lines and comments differs from a
 * file without problems that was read before, only those lines are read. What did not change is the same object as before.
 */
export function rereadConfigFile(before: ReadConfigFile, text: string): ReadConfigFile {
  return rereadLines(before, { ...before.file, lines: linesOf(text) });
}

/** The same for a file that was edited line by line. */
export function rereadLines(before: ReadConfigFile, file: ConfigFile): ReadConfigFile {
  const changed = before.problems.length === 0 ? changedDevices(before, file.lines) : undefined;
  if (changed === undefined) return parseConfigFile(file.lines.join(''), file.name);
  const configuration = withDevices(before.configuration, changed);
  return { file: { ...file, deviceLines: configuration.devices }, configuration, problems: [] };
}

function withDevices(configuration: Configuration, changed: readonly Device[]): Configuration {
  if (changed.length === 0) return configuration;
  const devices = new Map(configuration.devices);
  for (const device of changed) devices.set(deviceKey(device.name), device);
  return { ...configuration, devices };
}

/** Undefined when something else than a device line that stays one of the same name and group differs. */
function changedDevices(
  { file, configuration }: ReadConfigFile,
  lines: readonly string[],
): readonly Device[] | undefined {
  if (lines.length !== file.lines.length) return undefined;
  const devices: Device[] = [];
  let differing = 0;
  for (const [index, raw] of lines.entries()) {
    const former = file.lines[index] ?? '';
    if (raw === former) continue;
    if (++differing > linesAtMost) return undefined;
    const device = lineReadAgain(configuration, former, raw, index + 1);
    if (device === undefined) return undefined;
    if (device !== 'comment') devices.push(device);
  }
  return devices;
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
