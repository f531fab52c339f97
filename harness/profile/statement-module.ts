import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { type DeviceProfile, defineProfile } from '../api/device-profile.ts';
import type { Declared, Statement } from './statement.ts';

/** Is this the name of a module, which makes its statement? */
export function isModule(file: string): boolean {
  return /\.[cm]?[jt]s$/.test(file);
}

/** The statement that a module exports by default. @throws MusterError profile-invalid */
export async function statementIn(file: string): Promise<Statement> {
  let profile: DeviceProfile;
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: DeviceProfile };
    profile = defineProfile(Object(module.default) as DeviceProfile);
  } catch (cause) {
    const expected = 'a module is expected that has "export default defineProfile({ … })"';
    throw new MusterError('profile-invalid', `${file}: ${expected}.\n${messageOf(cause)}`, { cause });
  }
  const { device, profile: id, ...lines } = profile;
  const declared = Object.entries(lines).map(([line, words]): [string, Declared] => [line, { words: [words].flat() }]);
  return { file, role: 'device', subject: device, profile: id, lines: Object.fromEntries(declared) };
}
