// Plays one server of one failed case, alone: node serve.mjs [COMMAND [ARGUMENT…]]
// With a command it runs that command once, as Muster runs a device adapter, and ends 1 when the device did what it must not
// (mostly: accepted), 0 when it did what it must, 4 when nothing proves either. Without one it plays until it is stopped.
import { spawn } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const here = (name) => join(import.meta.dirname, name);
const read = (name) => readFileSync(here(name), 'utf8');
const stage = JSON.parse(read('stage.json'));
const port = (name) => Number(process.env[name] ?? 0);
const seen = { accepted: 0, refused: 0, met: 0 };
const ports = {};
const say = (text) => process.stdout.write(`${text}\n`);

function accepted(because) {
  seen.accepted++;
  say(`THE DEVICE ACCEPTED: ${because}${stage.mustAccept ? ', as it must' : ''}`);
}

/** Writes the steps of an answer on its connection, until the device ends it. */
async function play({ steps, end }, socket) {
  const over = new AbortController();
  const { signal } = over;
  socket.once('close', () => over.abort()).on('error', () => over.abort());
  const write = (piece) => new Promise((done) => socket.write(piece, done));
  const beganAt = Date.now();
  try {
    for (const step of steps) {
      if (step.waitMs) await sleep(step.waitMs, undefined, { signal });
      const piece = Buffer.from(step.write ?? '', 'latin1');
      for (let time = 0; step.write && time < (step.times ?? 1); time++) {
        if (time > 0 && step.everyMs) await sleep(step.everyMs, undefined, { signal });
        signal.throwIfAborted();
        await write(piece);
      }
    }
  } catch {
    return say(`the device ended the connection after ${(Date.now() - beganAt) / 1000} s`);
  }
  if (steps.some(({ times }) => times > 1) && !signal.aborted) accepted('it waited for the end of it');
  if (end === 'close') socket.end();
  else socket.destroy();
}

/** The answer, its certificate issued for the key in this request: the same bytes but for the key and the signature. */
function issuedAgain({ body, reissue: { certificate, spki, signed } }, request) {
  const sent = /(?:^|&)(?:request|certreq)=([^&]*)/.exec(request)?.[1] ?? '';
  const key = spkiOf(Buffer.from(decodeURIComponent(sent), 'base64'));
  const der = Buffer.from(certificate, 'base64');
  if (key.length !== spki[1] - spki[0]) {
    say('The device has a key of another kind than when it failed: it gets the certificate of that time.');
    return body;
  }
  key.copy(der, spki[0]);
  if (signed) {
    const [start, end] = signed.signature;
    // An ECDSA signature is of one of three lengths: some attempts, and one has the length that was there.
    let value = Buffer.alloc(0);
    while (value.length !== end - start) {
      value = sign(signed.hash, der.subarray(...signed.tbs), read('ca-key-throw-away.pem'));
    }
    value.copy(der, start);
  }
  return body.replaceAll(certificate, der.toString('base64'));
}

/** SubjectPublicKeyInfo of a PKCS#10 (RFC 2986 §4.1): the third value in the first value of the whole. */
function spkiOf(pkcs10) {
  const at = (offset) => {
    const first = pkcs10[offset + 1] ?? 0;
    const size = first < 0x80 ? 0 : first & 0x7f;
    const content = offset + 2 + size;
    return { content, end: content + (size ? pkcs10.readUIntBE(offset + 2, size) : first) };
  };
  const version = at(at(0).content).content;
  const subject = at(version).end;
  const key = at(subject).end;
  return pkcs10.subarray(key, at(key).end);
}

const answerTo = (secure) => (request, response) => {
  let body = '';
  request.setEncoding('latin1').on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const operation = /(?:^|&)operation=([^&]*)/.exec(body)?.[1] ?? '';
    say(`${secure ? 'TLS' : 'cleartext'}: ${request.method} operation=${operation}, ${body.length} bytes`);
    const credentials = /(?:^|&)(?:username|password|request)=/.test(body);
    if (request.url.startsWith(stage.elsewherePath)) {
      if (credentials) accepted('it followed the redirect with its credentials');
      else say('it followed the redirect, without credentials');
    }
    if (stage.lie === 'no TLS' && credentials) accepted('it sent its credentials in cleartext');
    if (stage.lie !== 'no TLS' && (stage.lie === 'getcacert') === (operation === 'getcacert')) seen.met++;
    const fallback = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'status=9' };
    if (stage.lie === 'getcacert' && operation !== 'getcacert') accepted('it goes on after a false CA certificate');
    const answer = stage.answers[operation] ?? fallback;
    if (answer.script) return void play(answer.script, request.socket);
    const headers = Object.entries(answer.headers).map(([name, value]) => {
      return [name, value.replace('{HTTP_PORT}', ports.http).replace('{TLS_PORT}', ports.tls)];
    });
    response.writeHead(answer.status, Object.fromEntries(headers));
    response.end(Buffer.from(answer.reissue ? issuedAgain(answer, body) : answer.body, 'latin1'));
  });
};

const tls = createTlsServer(
  {
    cert: read('server-chain.pem'),
    key: read('server-key-throw-away.pem'),
    ...(stage.legacyTls ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(stage.profile === 'legacy' ? { minVersion: 'TLSv1' } : {}),
    ...(stage.version ? { minVersion: stage.version, maxVersion: stage.version } : {}),
  },
  answerTo(true),
);
tls.on('secureConnection', (socket) => {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.once('close', () => {
    say(`TLS: ${bytes} application bytes from the device`);
    if (stage.lie === 'identity' && bytes > 0) accepted('it sent application bytes');
  });
});
tls.on('tlsClientError', (error) => {
  seen.refused++;
  say(`TLS: the handshake failed: ${error.code ?? error.message}`);
});
const http = createServer(answerTo(false));

/** What is at the TLS port when there is no TLS: HTTP for those who speak it, and for the others that or the end. */
const noTls = createTcpServer((socket) => {
  seen.met++;
  socket
    .on('error', () => {})
    .once('data', (first) => {
      const handshake = first[0] === 22;
      say(`the TLS port: ${handshake ? 'a handshake' : 'no handshake'}`);
      if (handshake && stage.tlsPort === 'closes') return void socket.destroy();
      socket.unshift(first);
      http.emit('connection', socket);
    });
});

const listening = (server, wanted) =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(wanted, process.env.LISTEN ?? stage.host.replace(/^\[|\]$/g, ''), () => {
      resolve(server.address().port);
    });
  });
ports.tls = await listening(stage.tlsPort ? noTls : tls, port('TLS_PORT'));
ports.http = await listening(http, port('HTTP_PORT'));
const tlsUrl = `https://${stage.host}:${ports.tls}${stage.path}`;
const httpUrl = `http://${stage.host}:${ports.http}${stage.path}`;
say(`Fault: ${stage.fault.id}. ${stage.fault.explanation}`);
say(`TLS ${tlsUrl}\ncleartext ${httpUrl}\ntrust anchor ${here('anchor.pem')}`);

const [command, ...words] = process.argv.slice(2);
if (command) {
  const { caFingerprintSha256, caFingerprintSha1, deviceName, device, customer } = stage.environment;
  const environment = {
    MUSTER_HTTP_URL: httpUrl,
    MUSTER_TLS_URL: tlsUrl,
    MUSTER_ANCHOR: here('anchor.pem'),
    MUSTER_CA_FINGERPRINT_SHA256: caFingerprintSha256,
    MUSTER_CA_FINGERPRINT_SHA1: caFingerprintSha1,
    MUSTER_DEVICE_NAME: deviceName,
    MUSTER_DEVICE: device,
    MUSTER_CUSTOMER: customer,
    MUSTER_USERNAME: 'repro',
    MUSTER_PASSWORD: 'repro',
    MUSTER_PROFILE: stage.profile,
    MUSTER_CASE: 'repro',
    MUSTER_STATE: mkdtempSync(join(tmpdir(), 'repro-')),
  };
  const child = spawn(command, words, { stdio: 'inherit', env: { ...process.env, ...environment } });
  child.once('error', (error) => {
    say(error.message);
    process.exit(3);
  });
  child.once('close', (code) => {
    say(`The device ended ${code}.`);
    tls.closeAllConnections();
    setTimeout(() => {
      if (stage.lie !== 'identity' && code === 0) accepted('it says that it is enrolled');
      // Where there may be nothing to understand, a device need not say that it refused.
      const kept = stage.transport && seen.met > 0 && seen.accepted === 0;
      const refused = kept || seen.refused > 0 || code === 20 || (stage.lie !== 'identity' && code === 21);
      const [good, bad] = stage.mustAccept ? [seen.accepted > 0, refused] : [refused, seen.accepted > 0];
      process.exit(bad ? 1 : good ? 0 : 4);
    }, 100);
  });
}
