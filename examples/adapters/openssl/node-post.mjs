// In tests, this takes curl's place under the adapter: one POST by Node's own TLS, which tells the server nothing of why
// it goes. `node node-post.mjs rejects|silent CURL-WORD…`, the body on standard input, the answer as curl would print it.
// rejects: Node verifies the server. silent: it does not; with a server that it would have refused it finishes the
// handshake, sends nothing, and says that the server refused it.

import { readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { text } from 'node:stream/consumers';

const [conduct, ...words] = process.argv.slice(2);
const after = (option) => words[words.indexOf(option) + 1];
const url = words.find((word) => /^https?:/.test(word));
const body = await text(process.stdin);
const trust = words.includes('--cacert')
  ? { ca: readFileSync(after('--cacert')), rejectUnauthorized: conduct === 'rejects' }
  : {};

function fail(code, message) {
  process.stdout.write(`curl: (${code}) ${message}\n\n000\n`);
  process.exit(code);
}

function answered(status, reply) {
  process.stdout.write(`${reply}\n${status}\n`);
  process.exit(0);
}

const headers = { 'content-type': after('-H').replace(/.*: /, ''), 'content-length': Buffer.byteLength(body) };
const post = url.startsWith('https:') ? secure : plain;
const asked = post(url, { method: 'POST', agent: false, headers, ...trust });
let gone = false;
asked.on('error', (error) => {
  if (gone) answered(200, 'status=3&error=nobody%20answered');
  const certificate = /CERT|SIGNATURE|ALTNAME|ISSUER|CHAIN/.test(error.code ?? '');
  fail(certificate ? 60 : 56, error.code ?? error.message);
});
asked.on('response', async (response) => answered(response.statusCode, await text(response)));
if (conduct === 'rejects' || !url.startsWith('https:')) asked.end(body);
else {
  asked.on('socket', (socket) => {
    socket.once('secureConnect', () => {
      if (socket.authorized) return asked.end(body);
      gone = true;
      socket.end();
    });
  });
}
