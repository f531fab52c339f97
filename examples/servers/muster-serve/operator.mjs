#!/usr/bin/env node
// The administrator of `muster serve`, behind the adapter contract (docs/device-adapter.md, «An operator for a server»).
// SERVE_DATA is the folder of the server (--data), SERVE_API its management API (http://127.0.0.1:5080/api when absent).
// What it changes it changes in the server's two files, one device's lines or the whole configuration, and has them read.
import { randomBytes, scryptSync } from 'node:crypto';
import { constants, copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const { SERVE_DATA: data, SERVE_API: api = 'http://127.0.0.1:5080/api', MUSTER_DEVICE_NAME: name = '' } = process.env;
if (!data) throw new Error('SERVE_DATA is expected to name the folder of the server.');
const [configuration, accounts] = [join(data, 'muster.conf'), join(data, 'accounts')];
/** The configuration file as it was before any `configure`, until `restore`. */
const kept = `${configuration}.before-certification`;

/** What the server does not take is no error: its words, and this status. */
const refused = 21;
const unsupported = 89;

const read = (path) => readFileSync(path, 'utf8');
/** One word of either file, whatever is in it but a double quote. */
const word = (value) => `"${value}"`;
const lineOf = (line) => `${line}\n`;

/** The whole file at once: the server may read at any moment. */
function write(path, content) {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** @returns the API's answer: its status, and what it says */
async function call(method, path, body) {
  const authorization = `Bearer ${read(join(data, 'operator-token')).trim()}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${api}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: answer.status, said: await answer.json() };
}

const reload = () => call('POST', '/reload', {});

async function mustReload() {
  const { status, said } = await reload();
  if (status !== 200) throw new Error(`The server answered ${status} to its own files: ${said.message}`);
}

/** The words of a line, without their quotes; case does not count in them. */
const wordsOf = (line) =>
  [...line.toLowerCase().matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([it]) => it.replace(/^["']|["']$/g, ''));

/** Leaves out the lines whose words are these, and writes others at the end; what is left alone stays as it is. */
function changeLines(path, isOld, addedTo) {
  const lines = read(path).replace(/\n$/, '').split('\n');
  const left = lines.filter((line) => !isOld(wordsOf(line)));
  write(path, [...left, ...addedTo(left)].map(lineOf).join(''));
}

const group = 'muster bench';

/** @param {'enabled' | 'disabled' | undefined} state undefined: not defined */
async function setDevice(state) {
  const isOld = ([item, its]) =>
    (item === 'device' && its === name.toLowerCase()) || (item === 'group' && its === group);
  changeLines(configuration, isOld, (left) => {
    const device = state ? [`device ${word(name)} ${word(group)} ${state}`] : [];
    const hasOthers = left.some((line) => wordsOf(line)[0] === 'device' && wordsOf(line)[2] === group);
    return state || hasOthers ? [`group ${word(group)}`, ...device] : [];
  });
  await mustReload();
}

async function define() {
  const {
    MUSTER_DEVICE: device,
    MUSTER_CUSTOMER: customer,
    MUSTER_USERNAME: user,
    MUSTER_PASSWORD: password,
  } = process.env;
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 16384, r: 8, p: 1 });
  const secret = `scrypt:16384:8:1:${salt.toString('base64url')}:${hash.toString('base64url')}`;
  changeLines(
    accounts,
    ([, owner, number, itsName]) => (owner === customer && number === device) || itsName === name.toLowerCase(),
    () => [`account ${customer} ${device} ${word(name)} ${word(user)} ${secret}`],
  );
  await setDevice('enabled');
}

/** Both files are as they were: whoever reads the report of a run knows its seed, and with it the passwords of its devices. */
async function forget() {
  changeLines(
    accounts,
    ([, , , itsName]) => itsName === name.toLowerCase(),
    () => [],
  );
  await setDevice(undefined);
}

/** The administrator's word on what waits of this device. */
async function decide(verb, body) {
  const { said } = await call('GET', '/enrollments?state=pending');
  const waiting = said.enrollments.find(({ device }) => device === name.toLowerCase());
  if (!waiting) return refuse(`No request of ${name} waits.`);
  const { status, said: why } = await call('POST', `/enrollments/${waiting.id}/${verb}`, body);
  if (status === 404 || status === 409) return refuse(why.message);
  if (status !== 200) throw new Error(`The server answered ${status} to ${verb}: ${why.message}`);
}

/** The CA and the license are the server's own, whatever file it is given: their lines come last, where they move no other. */
async function configure(given) {
  const before = read(configuration);
  if (!existsSync(kept)) copyFileSync(configuration, kept, constants.COPYFILE_EXCL);
  const has = (content, item) => new RegExp(`^\\s*${item}\\s`, 'm').test(content);
  const own = read(kept)
    .split('\n')
    .filter((line) => ['crypto', 'license'].some((item) => has(line, item) && !has(given, item)));
  write(configuration, `${given}${given.endsWith('\n') ? '' : '\n'}${own.map(lineOf).join('')}`);
  const { status, said } = await reload();
  if (status === 200) return;
  write(configuration, before);
  if (status !== 400) throw new Error(`The server answered ${status} to a configuration file: ${said.message}`);
  refuse(said.message);
}

async function restore() {
  if (!existsSync(kept)) return;
  renameSync(kept, configuration);
  await mustReload();
}

function refuse(words) {
  console.log(words);
  process.exitCode = refused;
}

function info() {
  const { version } = JSON.parse(read(join(import.meta.dirname, '..', '..', '..', 'package.json')));
  const capabilities = ['approval', 'configuration', 'reload'];
  console.log(JSON.stringify({ name: 'muster serve', version, capabilities, configurationFile: 'muster.conf' }));
}

const verbs = {
  info,
  define,
  disable: () => setDevice('disabled'),
  remove: () => setDevice(undefined),
  forget,
  approve: () => decide('approve', {}),
  reject: () => decide('reject', { reason: process.env.MUSTER_REASON ?? '' }),
  configure: async () => configure(await text(process.stdin)),
  restore,
};
const verb = verbs[process.argv[2]];
if (verb) await verb();
else process.exitCode = unsupported;
