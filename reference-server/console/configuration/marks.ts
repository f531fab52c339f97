import { deviceKey } from '#protocol/config-file/configuration.ts';
import { changeDevices, formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import { digestOfText } from '../../configuration/configuration-keeper.ts';

/**
 * What an edit is based on: the digest of the text, and that of the text without the marks `enrolled`, which the server itself
 * writes at any moment. A change of marks alone is no reason to refuse somebody's edit.
 */
export function basisOf(text: string): string {
  return `${digestOfText(text)}.${digestOfText(withoutMarks(text))}`;
}

/** Do the two differ in nothing, or in marks alone? */
export function isSameBasis(one: string, other: string): 'same' | 'marks' | 'different' {
  if (one === other) return 'same';
  return one.split('.')[1] === other.split('.')[1] ? 'marks' : 'different';
}

/** The text with the marks of the other, where both define the device. */
export function withMarksOf(text: string, marked: string): string {
  const { file, configuration, problems } = parseConfigFile(text, '');
  if (problems.length > 0) return text;
  const { devices } = parseConfigFile(marked, '').configuration;
  const changes = [...configuration.devices.values()].flatMap(({ name }) => {
    const other = devices.get(deviceKey(name));
    return other ? [[name, { enrolled: other.enrolled }] as const] : [];
  });
  return formatConfigFile(changeDevices(file, new Map(changes)));
}

function withoutMarks(text: string): string {
  const { file, configuration, problems } = parseConfigFile(text, '');
  if (problems.length > 0) return text;
  const marked = [...configuration.devices.values()].filter(({ enrolled }) => enrolled);
  return formatConfigFile(changeDevices(file, new Map(marked.map(({ name }) => [name, { enrolled: false }]))));
}
