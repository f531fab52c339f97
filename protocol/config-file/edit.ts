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

/**
 * The file with the device marked as enrolled, or not. Only the device's line changes, and in it only the word
 * `enrolled` with the blanks before it; the same file comes back when the mark is right already.
 * @throws MusterError not-found when no line defines the device; config-invalid when its line is not complete
 */
export function setEnrolled(file: ConfigFile, deviceName: string, enrolled: boolean): ConfigFile {
  const line = file.deviceLines.get(deviceKey(deviceName))?.line;
  const raw = line === undefined ? undefined : file.lines[line - 1];
  if (line === undefined || raw === undefined) {
    throw new MusterError(
      'not-found',
      `${file.name}: expected a device line for ${show(deviceName)}, seen none; define the device first`,
      { details: { device: deviceName } },
    );
  }
  const mark = raw.startsWith('\ufeff') ? 1 : 0;
  const content = raw.slice(mark).replace(/\r?\n$/, '');
  const { words, problem } = tokenizeLine(content);
  const [, , , flag, word] = words;
  if (problem || !flag || words.length > 5 || (word && word.text !== 'enrolled')) {
    throw new MusterError(
      'config-invalid',
      `${file.name}:${line}: the line of device ${show(deviceName)} has errors; mend it before the server changes it`,
      { details: { line } },
    );
  }
  if (enrolled === (word !== undefined)) return file;
  const before = raw.slice(0, mark + flag.end);
  const after = raw.slice(mark + (word ?? flag).end);
  return { ...file, lines: file.lines.with(line - 1, `${before}${enrolled ? ' enrolled' : ''}${after}`) };
}
