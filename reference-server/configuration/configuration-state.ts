import type { Configuration, Device } from '#protocol/config-file/configuration.ts';
import { addCrypto, changeDevices, formatConfigFile } from '#protocol/config-file/edit.ts';
import {
  type ConfigFile,
  expectNoProblems,
  parseConfigFile,
  type ReadConfigFile,
} from '#protocol/config-file/parse.ts';
import type { ConfigRule } from '#protocol/config-file/problems.ts';
import { rereadConfigFile, rereadLines } from '#protocol/config-file/reread.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { Account } from '../accounts.ts';
import type { CryptoSource } from './crypto-source.ts';
import type { ConfigurationPlace, PlacedText, ReplacementKind } from './place.ts';

/** A text, what it says, and which state of its place it is. */
interface Reading extends PlacedText {
  readonly read: ReadConfigFile;
}

/** What is in force at one moment, as a whole. */
export interface ConfigurationState extends Reading {
  readonly authority: Authority;
  readonly accounts: readonly Account[];
}

export interface StateParts {
  readonly place: ConfigurationPlace;
  readonly crypto: CryptoSource;
  /** Rules that a flawed server leaves out. */
  readonly omitsRules: ReadonlySet<ConfigRule>;
  readonly now: () => Date;
}

/** What a change makes of the newest text: lines of it that differ, or another text. */
export interface Edit {
  readonly kind: ReplacementKind;
  /** The newest text must be without problems: lines of it are changed, and not the whole. */
  readonly ofLines: boolean;
  readonly make: (newest: Reading) => ConfigFile | string;
  /** Another CA takes the place of the one in force. */
  readonly newCrypto?: boolean;
}

const triesAtMost = 20;
const nothing: Edit = { kind: 'edit', ofLines: true, make: ({ read }) => read.file };

export function sameAuthority(a: Authority, b: Authority): boolean {
  return Buffer.compare(a.certificate.der, b.certificate.der) === 0;
}

/**
 * The state that the place asks for by now. What is written there without a crypto line gets one: "If this parameter is not
 * present … then new cryptographic parameters will be generated" (WO 01/47232, crypto).
 * @throws MusterError; nothing has changed then
 */
export async function loadedState(parts: StateParts, before?: ConfigurationState): Promise<ConfigurationState> {
  const newest = await newestReading(parts, before);
  if (before && newest.text.trim() === '' && before.text.trim() !== '') {
    throw new MusterError(
      'config-invalid',
      `${parts.place.fileName}: expected a configuration, seen an empty file; one that is meant to say nothing holds a comment.`,
    );
  }
  expectNoProblems(newest.read, parts.omitsRules);
  const accounts = await parts.place.readAccounts();
  const authority = await authorityOf(parts, newest.read, before);
  if (authority === undefined || (before && marksAreDue(before, newest.read, authority))) {
    return { ...(await changedState(parts, before, nothing, newest)), accounts };
  }
  if (before && before.text !== newest.text) await parts.place.keep(before.text, parts.now());
  return { ...newest, authority, accounts };
}

/**
 * The state after an edit of the newest text, written there. Whatever the edit leaves alone stays byte for byte. What
 * another CA certified is not enrolled any more: the marks go with it.
 * `known` spares reading what was read a moment ago. @throws MusterError; nothing has changed then
 */
export async function changedState(
  parts: StateParts,
  before: ConfigurationState | undefined,
  edit: Edit,
  known: Reading | undefined = before,
): Promise<ConfigurationState> {
  const { place, now } = parts;
  const accounts = before?.accounts ?? (await place.readAccounts());
  return place.exclusively(async () => {
    for (let tries = 1; tries <= triesAtMost; tries++) {
      const newest = await newestReading(parts, known);
      if (edit.ofLines) expectNoProblems(newest.read, parts.omitsRules);
      const edited = edit.make(newest);
      const next =
        typeof edited === 'string' ? rereadConfigFile(newest.read, edited) : rereadLines(newest.read, edited);
      expectNoProblems(next, parts.omitsRules);
      const { read, authority } = await withAuthority(parts, next, before, edit.newCrypto === true);
      const text = read === newest.read ? newest.text : formatConfigFile(read.file);
      if (text === newest.text) return { ...newest, read, authority, accounts };
      if (before && before.text !== newest.text) await place.keep(before.text, now());
      const version = await place.replace(text, newest.version, edit.kind, now());
      if (version !== undefined) return { text, version, read, authority, accounts };
    }
    throw new MusterError('config-conflict', `${place.fileName}: expected to stand still for a change; it never does.`);
  });
}

/** What stands there by now; what is known already is not read anew. */
async function newestReading({ place }: StateParts, known: Reading | undefined): Promise<Reading> {
  if (known && (await place.version()) === known.version) return known;
  const placed = await place.read();
  if (known?.text === placed.text) return { ...known, version: placed.version };
  const read = known ? rereadConfigFile(known.read, placed.text) : parseConfigFile(placed.text, place.fileName);
  return { ...placed, read };
}

async function authorityOf(
  { crypto, place, now }: StateParts,
  { configuration }: ReadConfigFile,
  before: ConfigurationState | undefined,
): Promise<Authority | undefined> {
  const parameters = configuration.crypto;
  if (before && parameters !== undefined && parameters === before.read.configuration.crypto) return before.authority;
  return crypto.open(parameters, place.fileName, before?.authority, now());
}

async function withAuthority(
  parts: StateParts,
  read: ReadConfigFile,
  before: ConfigurationState | undefined,
  newCrypto: boolean,
): Promise<{ readonly read: ReadConfigFile; readonly authority: Authority }> {
  const known = newCrypto ? undefined : await authorityOf(parts, read, before);
  if (known) {
    if (!before || !marksAreDue(before, read, known)) return { read, authority: known };
    return { read: rereadLines(read, withoutMarks(read)), authority: known };
  }
  const { authority, parameters } = await parts.crypto.make(parts.now());
  const bare = withoutMarks(read);
  return { read: rereadLines(read, parameters === undefined ? bare : addCrypto(bare, parameters)), authority };
}

/** There are marks of the CA before. */
function marksAreDue(before: ConfigurationState, { configuration }: ReadConfigFile, authority: Authority): boolean {
  if (sameAuthority(before.authority, authority)) return false;
  return markedIn(configuration).length > 0;
}

function withoutMarks({ file, configuration }: ReadConfigFile): ConfigFile {
  return changeDevices(file, new Map(markedIn(configuration).map(({ name }) => [name, { enrolled: false }])));
}

const markedIn = ({ devices }: Configuration): Device[] => [...devices.values()].filter(({ enrolled }) => enrolled);
