import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  caseGroups,
  caseVerdicts,
  parties,
  type RunRecord,
  runStatuses,
  runVerdicts,
  transports,
} from '../run-record.ts';
import { sampleRecord } from '../sample-record.ts';
import { judgeRun } from '../verdict.ts';
import { renderHtml } from './page.ts';
import { unpacked } from './unpacked.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const page = renderHtml(sampleRecord);

const whole = unpacked(page);
const article = (id: string): string => whole.split('<article ').find((part) => part.includes(`id="${id}"`)) ?? '';

test('evidence is linked where it lies below the report, and nowhere else', () => {
  const evidence = { done: [], seen: [], ladder: [], certificates: [], outputs: [] };
  const [first] = sampleRecord.cases;
  assert.ok(first);
  for (const path of [
    'javascript:alert(1)',
    'https://example.com/x',
    '//example.com/x',
    '../x',
    'a/../../x',
    '/x',
    '',
  ]) {
    const text = unpacked(
      renderHtml({ ...sampleRecord, cases: [{ ...first, evidence: { ...evidence, files: [path] } }] }),
    );
    assert.doesNotMatch(text, /<a href="(?!#)/, path);
    assert.match(text, /<h5>Files<\/h5><ul><li><a href="#">/, path);
  }
});

test('the page is one file: no address outside is loaded, and a policy forbids it', () => {
  assert.match(
    page,
    /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-/,
  );
  const loaded = [...whole.matchAll(/\b(?:src|href|srcset|action|data)="([^"]*)"/g)].map(
    ([, address]) => address ?? '',
  );
  assert.ok(loaded.length > 30);
  assert.deepEqual(
    [...new Set(loaded.filter((address) => !address.startsWith('#') && address !== 'data:,'))],
    ['evidence/DEV-ENR-001/transcript.txt', 'evidence/DEV-ENR-001/capture.pcapng'],
  );
  assert.doesNotMatch(whole, /@import|url\(|\bstyle="|\son[a-z]+="/);
});

test('the verdict comes with its reasons, and leads to the cases', () => {
  assert.match(page, /<h2 id="verdict">Fail<\/h2>/);
  assert.match(page, /proved a violation: <a href="#DEV-TLS-004">DEV-TLS-004<\/a>/);
});

test('every case is an anchor, and every link inside the page leads somewhere', () => {
  const ids = new Set([...whole.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
  for (const { id } of sampleRecord.cases) assert.ok(ids.has(id), id);
  const links = [...whole.matchAll(/<a [^>]*href="#([^"]+)"/g)].map(([, id]) => id);
  assert.ok(links.length > sampleRecord.cases.length);
  assert.deepEqual(
    links.filter((id) => !ids.has(id)),
    [],
  );
  assert.equal(ids.size, [...whole.matchAll(/\sid="/g)].length, 'an id occurs once');
});

test('a case shows its requirement with sentence and quote, its flaws, its messages and its certificates', () => {
  const found = article('DEV-TLS-001');
  for (const shown of [
    'up to the third-party CA that it was configured with',
    'by means of the third-party certificate authority',
    'refuses-every-server',
    '<svg class="ladder"',
    'operation=getcacert',
    'BEGIN CERTIFICATE',
    '--case DEV-TLS-001 --seed 20261123',
  ]) {
    assert.ok(found.includes(shown), shown);
  }
});

test('evidence of what went wrong stands in the page as it is; that of the others is compressed, with what there is in words', () => {
  const plain = (id: string): string => page.split('<article ').find((part) => part.includes(`id="${id}"`)) ?? '';
  assert.match(plain('DEV-TLS-004'), /<svg class="ladder"/);
  assert.doesNotMatch(plain('DEV-TLS-001'), /<svg class="ladder"/);
  assert.match(plain('DEV-TLS-001'), /Evidence: 2 steps, 11 messages, 2 certificates, 1 output\./);
  const failed = sampleRecord.cases.find(({ verdict }) => verdict === 'fail');
  assert.ok(failed);
  const many = Array.from({ length: 60 }, (_, index) => ({ ...failed, id: `${failed.id}-${index}` }));
  const [ladders = 0, compressed = 0] = [/<svg class="ladder"/g, /"packed-note"/g].map(
    (pattern) => renderHtml({ ...sampleRecord, cases: many }).match(pattern)?.length,
  );
  assert.deepEqual([ladders, compressed], [25, 35]);
});

test('requirement by case: each area, each of its requirements, and a mark where a case judges it', () => {
  const map = whole.slice(whole.indexOf('id="matrix"'), whole.indexOf('id="cases"'));
  assert.match(map, /Identity of the server <span[^>]*>5 requirements, 6 cases/);
  assert.match(
    map,
    /<title>ID-002 · DEV-TLS-004: fail\. A device refuses a server certificate for another host<\/title>/,
  );
  assert.match(map, /ADM-006 SHOULD: [^<]* No case, with a reason\./);
  assert.match(map, /SEC-004 MUST: [^<]* No case in this run\./);
});

test('durations: the slowest case first, and what the device took of it', () => {
  const cases = sampleRecord.cases.map((one) => (one.id === 'DEV-TLS-004' ? { ...one, deviceMs: 200 } : one));
  const text = renderHtml({ ...sampleRecord, cases });
  const rows = text.slice(text.indexOf('class="slowest')).split('<tr>').slice(2);
  assert.match(rows[0] ?? '', /DEV-TLS-009.*5\.0 s/);
  assert.match(rows[1] ?? '', /DEV-TLS-004.*241 ms.*200 ms/);
  assert.doesNotMatch(text.slice(text.indexOf('class="slowest')), /DEV-TLS-033/, 'what did not run took no time');
});

test('what is wrong on purpose is marked, with what stands there otherwise; a field that is missing is told', () => {
  const spoofed = article('DEV-TLS-004');
  const rows = [...spoofed.matchAll(/<tr class="faulty[^>]*>(.*?)<\/tr>/g)].map(([, row = '']) =>
    row.replace(/<[^>]+>/g, ' '),
  );
  assert.equal(rows.length, 4);
  assert.match(rows.join('\n'), /status\s+00\s+without the fault:\s+0/);
  assert.match(
    rows.join('\n'),
    /Subject\s+C=US, .*CN=other\.example\.com\s+without the fault: .*CN=enroll\.example\.com/,
  );
  assert.match(rows.join('\n'), /Key usage\s+is missing\s+without the fault:\s+digitalSignature/);
  assert.doesNotMatch(article('DEV-TLS-001'), /class="faulty/);
});

test('the control stands beside what differs from it, and says how each ended', () => {
  const parts = article('DEV-TLS-004').match(/<table class="parts">(.*?)<\/table>/s)?.[1] ?? '';
  const rows = parts
    .split('<tr class="part-')
    .slice(1)
    .map((row) => row.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '));
  assert.equal(rows.length, 2);
  assert.match(rows[0] ?? '', /Control before the fault: .* hostile server: CA certificate/);
  assert.match(rows[1] ?? '', /other-host”\. device: request with the canary/);
  const ladder = article('DEV-TLS-004').match(/<svg class="ladder".*?<\/svg>/s)?.[0] ?? '';
  assert.ok(ladder.indexOf('band-control') < ladder.indexOf('band-stimulus'));
  assert.match(ladder, /<g class="wrong">/);
});

test('the facts of a TLS connection are told in one line, and field by field', () => {
  assert.match(
    article('DEV-TLS-004'),
    /1\. TLSv1\.3, TLS_AES_256_GCM_SHA384, X25519, handshake completed, server name: enroll\.example\.com/,
  );
});

test('flaws are explained; which case was seen to catch one is told apart from what is declared', () => {
  const flaws = page.slice(page.indexOf('id="mutants"'));
  assert.match(flaws, /id="mutant-skips-name-check".*Takes a certificate of any host\./);
  assert.match(flaws, /id="mutant-skips-proof-of-possession".*chip v-pass" href="#SRV-POP-001/);
  assert.doesNotMatch(flaws, /chip v-pass" href="#DEV-TLS-004/);
  assert.match(flaws, /A tick: the case was played against the flaw/);
  const { mutants: _none, ...declared } = sampleRecord;
  assert.match(renderHtml(declared), /this run did not play the flawed subjects/);
});

test('what a baseline says, what came and went, and what is not scored, shows with the case and on top', () => {
  const [first, ...others] = sampleRecord.cases;
  assert.ok(first);
  const flaky = { ...first, repetitions: ['pass', 'fail', 'pass'], scored: false } as const;
  const text = renderHtml({
    ...sampleRecord,
    cases: [flaky, ...others],
    requirementSet: { name: '2026-11', digest: 'ab12', unmet: [{ id: 'DEV-X-001', why: 'it is gone' }] },
  });
  const shown = text.split('<article ').find((part) => part.includes(`id="${first.id}"`)) ?? '';
  assert.match(shown, /<h4>[^<]*<span class="plain-tag">flaky<\/span><span class="plain-tag">not scored<\/span>/);
  assert.match(shown, /Flaky:.*in order: pass, fail, pass/);
  assert.match(shown, /newer than the requirement set 2026-11/);
  assert.match(text, /Requirement set<\/dt>.*2026-11.*DEV-X-001<\/span> it is gone/);
  const panel = page.slice(page.indexOf('class="verdict'), page.indexOf('class="tally"'));
  assert.match(panel, /An entry of the baseline is.*known\.baseline:20<\/code> expired on 2026-10-31/);
  assert.match(
    article('SRV-REQ-014'),
    /Expected fail: Nonces are kept in memory.*Owner server team; expires 2027-01-31/,
  );
});

test('a requirement without a case carries its written reason', () => {
  assert.match(page, /id="requirement-ADM-006".*No case: It happens between people/);
  assert.match(page, /id="requirement-SEC-004".*No case in this run\./);
});

test('legacy is marked as insecure, modern is not', () => {
  const profile = { id: 'legacy', insecure: true, choices: [] };
  assert.match(renderHtml({ ...sampleRecord, profile }), /Insecure profile\./);
  assert.doesNotMatch(page, /Insecure profile\./);
});

test('headings descend without a gap', () => {
  const levels = [...whole.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
  assert.equal(levels.filter((level) => level === 1).length, 1);
  levels.forEach((level, index) => {
    assert.ok(level <= (levels[index - 1] ?? 0) + 1, `h${level} after h${levels[index - 1]}`);
  });
});

test('an empty run has a page', () => {
  const judged = judgeRun([], { strict: false, status: 'complete' });
  assert.match(renderHtml({ ...sampleRecord, cases: [], ...judged }), /No case was selected/);
});

/** `node bench/report.ts` measures it; what it rests on is that a case which few open costs a browser little. */
test('500 cases are quick to open: what passed brings few elements, however much evidence there is', () => {
  const passed = sampleRecord.cases.find(({ verdict }) => verdict === 'pass');
  assert.ok(passed?.evidence);
  const { evidence } = passed;
  const ladder = Array.from({ length: 50 }, () => evidence.ladder).flat();
  const elements = (number: number): number => {
    const cases = Array.from({ length: number }, (_, index) => ({
      ...passed,
      id: `${passed.id}-${index}`,
      evidence: { ...evidence, ladder },
    }));
    return renderHtml({ ...sampleRecord, cases }).match(/<[a-z]/g)?.length ?? 0;
  };
  const each = (elements(60) - elements(10)) / 50;
  assert.ok(each > 20 && each < 80, `${each} elements a case`);
});

const words = new Set<string>([
  ...caseVerdicts,
  ...runVerdicts,
  ...runStatuses,
  ...caseGroups,
  ...parties,
  ...transports,
  'both',
  'MUST',
  'SHOULD',
]);

/** The same record with every free text replaced: equal texts stay equal, and their order stays. */
function retold(record: RunRecord, text: string): RunRecord {
  const found = new Set<string>();
  JSON.stringify(record, (_, value) => {
    if (typeof value === 'string' && !words.has(value)) found.add(value);
    return value;
  });
  const names = new Map([...found].sort().map((old, index) => [old, `${String(index).padStart(4, '0')}${text}`]));
  return JSON.parse(
    JSON.stringify(record, (_, value) => (typeof value === 'string' ? (names.get(value) ?? value) : value)),
  );
}

/** The tags of a page with the values of their attributes taken out. */
const skeleton = (source: string): string =>
  (source.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""')).join('\n');

test('whatever a peer put into a text, it never leaves its element', () => {
  const control = skeleton(unpacked(renderHtml(retold(sampleRecord, 'calm'))));
  const shapes = [
    '</pre>',
    '<script>alert(1)</script>',
    '"',
    "'",
    '`',
    '>',
    '<!--',
    ']]>',
    '&lt;',
    '\0',
    '\ud800',
    '\u202e',
  ];
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...shapes, '</style>', 'x=') }),
  );
  fc.assert(
    fc.property(hostile, (text) => assert.equal(skeleton(unpacked(renderHtml(retold(sampleRecord, text)))), control)),
    { seed, numRuns: 60 },
  );
});
