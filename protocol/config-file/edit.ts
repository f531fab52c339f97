import { MusterError } from '../errors.ts';
import { deviceKey } from './configuration.ts';
import type { ConfigFile } from './parse.ts';
import { show } from './problems.ts';
import { quoteWord, tokenizeLine } from './tokenizer.ts';

/** The text of a file: byte for byte what was read, but for the lines that were edited. */
export function formatConfigFile(file: ConfigFile): string {
  return file.lines.join('');
}

/** The file with these cryptographic parameters: a line at its end, since the last one counts. Former ones stay. */
export function addCrypto(file: ConfigFile, parameters: string): ConfigFile {
  const end = file.lines[0]?.endsWith('\r\n') ? '\r\n' : '\n';
  const last = file.lines.at(-1) ?? '\n';
  const closed = last.endsWith('\n') ? file.lines : file.lines.with(-1, `${last}${end}`);
  return { ...file, lines: [...closed, `crypto ${quoteWord(parameters)}${end}`] };
}

/** What a device line is to say in the place of what it says. */
export interface DeviceChange {
  readonly enabled?: boolean;
  readonly enrolled?: boolean;
}

/**
 * The file with the device marked as enrolled, or not. Only the device's line changes, and in it only the word
 * `enrolled` with the blanks before it; the same file comes back when the mark is right already.
 * @throws MusterError not-found when no line defines the device; config-invalid when its line is not complete
 */
export function setEnrolled(file: ConfigFile, deviceName: string, enrolled: boolean): ConfigFile {
  return changeDevices(file, new Map([[deviceName, { enrolled }]]));
}

/** The same with many devices at once, by name, and with either word of their lines. @throws MusterError as setEnrolled */
export function changeDevices(file: ConfigFile, changes: ReadonlyMap<string, DeviceChange>): ConfigFile {
  let lines: string[] | undefined;
  for (const [name, change] of changes) {
    const line = file.deviceLines.get(deviceKey(name))?.line;
    const raw = line === undefined ? undefined : file.lines[line - 1];
    if (line === undefined || raw === undefined) {
      throw new MusterError(
        'not-found',
        `${file.name}: expected a device line for ${show(name)}, seen none; define the device first`,
        { details: { device: name } },
      );
    }
    const changed = changedLine(raw, change);
    if (changed === undefined) {
      throw new MusterError(
        'config-invalid',
        `${file.name}:${line}: the line of device ${show(name)} has errors; mend it before the server changes it`,
        { details: { line } },
      );
    }
    if (changed === raw) continue;
    lines ??= [...file.lines];
    lines[line - 1] = changed;
  }
  return lines ? { ...file, lines } : file;
}

/** Undefined when the line is not complete. */
function changedLine(raw: string, change: DeviceChange): string | undefined {
  const mark = raw.startsWith('\ufeff') ? 1 : 0;
  const { words, problem } = tokenizeLine(raw.slice(mark).replace(/\r?\n$/, ''));
  const [, , , flag, word] = words;
  if (problem || !flag || words.length > 5 || (word && word.text !== 'enrolled')) return undefined;
  const enrolled = change.enrolled ?? word !== undefined;
  const before = raw.slice(0, mark + flag.start);
  const written = raw.slice(mark + flag.start, mark + flag.end);
  const said = change.enabled === undefined ? written : change.enabled ? 'enabled' : 'disabled';
  // The word stays as it stands, blanks before it included, where it may stay.
  const kept = word && enrolled ? raw.slice(mark + flag.end, mark + word.end) : enrolled ? ' enrolled' : '';
  return `${before}${said}${kept}${raw.slice(mark + (word ?? flag).end)}`;
}
