import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLines, inlineCommands } from './command-lines.ts';

const page = `# Page

\`\`\`sh
# a comment alone
npm start    # a comment behind
muster load --target x \\
  --anchor y

\`\`\`

Text with \`muster explain
ID\`, \`--option\` and \`muster-report/\`.

\`\`\`json
{ "no": "command" }
\`\`\`
`;

test('each line of a shell block is found, whole, and nothing else', () => {
  assert.deepEqual(commandLines('p', page), [
    { page: 'p', line: 5, text: 'npm start    # a comment behind' },
    { page: 'p', line: 6, text: 'muster load --target x \\\n  --anchor y' },
  ]);
});

test('a command of muster in the text is found, on one line or two', () => {
  assert.deepEqual(inlineCommands('p', page), [{ page: 'p', line: 11, text: 'muster explain ID' }]);
});
