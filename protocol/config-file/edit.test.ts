import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatConfigFile, setEnrolled } from './edit.ts';
import { parseConfigFile } from './parse.ts';

/** The text after one edit. */
function edited(text: string, device: string, enrolled: boolean): string {
  return formatConfigFile(setEnrolled(parseConfigFile(text, 'muster.conf').file, device, enrolled));
}

test('line ends, blanks, comments, a byte order mark and a missing last line end come back as they were', () => {
  for (const text of [
    '',
    '\n',
    '\r\n\r\n',
    '\ufeff',
    '\ufeffgroup A\r\n# comment\r\n\r\ndevice d A enabled',
    "\tgroup\t'A'  #x\ngroup B\r\n \t\n\nlicense old\nlicense new",
    'half broken "\r lines too\n\u0000',
  ]) {
    assert.equal(formatConfigFile(parseConfigFile(text, 'muster.conf').file), text, JSON.stringify(text));
  }
});

test('a byte order mark is no part of the first word, and takes no column', () => {
  assert.deepEqual(parseConfigFile('\ufeffgroup A\n', 'f').problems, []);
  assert.deepEqual(
    parseConfigFile('\ufeffgroups A\n', 'f').problems.map(({ line, column }) => [line, column]),
    [[1, 1]],
  );
  assert.deepEqual(
    parseConfigFile('group A\n\ufeffgroup B\n', 'f').problems.map(({ rule, line }) => [rule, line]),
    [['bad-character', 2]],
    'further on it is no mark',
  );
});

test('a device is marked as enrolled on its own line, and nothing else changes', () => {
  const text =
    '# devices\r\ngroup A\r\n  device\t"GW.example.com" A   enabled   # first floor\r\ndevice b A disabled enrolled#x';
  assert.equal(edited(text, 'gw.EXAMPLE.com', true), text.replace('enabled   # first', 'enabled enrolled   # first'));
  assert.equal(edited(text, 'b', false), text.replace(' enrolled#x', '#x'));
});

test('marking and taking the mark away gives the first bytes again', () => {
  const text = '\ufeffdevice d A enabled # x\r\ngroup A';
  const { file } = parseConfigFile(text, 'muster.conf');
  const marked = setEnrolled(file, 'd', true);
  assert.equal(formatConfigFile(marked), '\ufeffdevice d A enabled enrolled # x\r\ngroup A');
  assert.equal(formatConfigFile(setEnrolled(marked, 'd', false)), text);
  assert.equal(formatConfigFile(file), text, 'the first file is as it was');
});

test('a mark that is right already leaves the very same file', () => {
  const { file } = parseConfigFile('group A\ndevice d A enabled enrolled\n', 'muster.conf');
  assert.equal(setEnrolled(file, 'D', true), file);
});

test('an edited file reads back with the new mark', () => {
  const text = 'group A\ndevice d A enabled\ndevice e A enabled\n';
  const { configuration, problems } = parseConfigFile(edited(text, 'e', true), 'muster.conf');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...configuration.devices.values()].map(({ name, enrolled }) => [name, enrolled]),
    [
      ['d', false],
      ['e', true],
    ],
  );
});

test('an unknown device and a broken line are refused', () => {
  assert.throws(() => edited('group A\ndevice d A enabled\n', 'e', true), { code: 'not-found' });
  assert.throws(() => edited('group A\ndevice d A\n', 'd', true), { code: 'config-invalid' });
  assert.throws(() => edited('group A\ndevice d A enabled twice\n', 'd', true), { code: 'config-invalid' });
  assert.throws(() => edited('group A\ndevice d A enabled "\n', 'd', true), { code: 'config-invalid' });
});
