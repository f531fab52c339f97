import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictNames } from '../html/icons.ts';
import { sampleCertification } from '../sample-certification.ts';
import { sampleRecord } from '../sample-record.ts';
import { areaOf, byArea } from './areas.ts';
import { renderCertificate } from './page.ts';

const deviceCases = sampleRecord.cases.filter(({ group }) => group === 'device');
const good = renderCertificate(sampleCertification());
const failed = renderCertificate(sampleCertification({ cases: deviceCases }));
const sectionOf = (page: string, id: string): string =>
  page.split('<section ').find((part) => part.includes(`id="${id}"`)) ?? assert.fail(`no section ${id}`);

test('only a run that passed is called a certificate; any other says first that it is none', () => {
  assert.match(good, /<title>Certificate of conformance: Example Gateway 2\.4\.1/);
  assert.match(good, /with the firmware of SHA-256 (9f){32}/);
  const verdicts = [failed, renderCertificate(sampleCertification({ status: 'incomplete' }))];
  for (const page of verdicts) {
    assert.match(page, /<title>Report of a certification run, which is not a certificate: /);
    assert.doesNotMatch(page, /Certificate of conformance/);
  }
});

test('findings of trust come first, and nothing is a score', () => {
  const findings = sectionOf(failed, 'findings');
  const order = ['<h3>Trust', 'DEV-TLS-004', 'DEV-TLS-009', '<h3>Everything else', 'DEV-RET-002'];
  const places = order.map((text) => findings.indexOf(text));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(
    places.every((place) => place >= 0),
    places.join(),
  );
  assert.doesNotMatch(failed.replace(/<style>.*?<\/style>/s, ''), /\d ?%/);
});

test('MUST stands apart from SHOULD, each requirement with the worst verdict of its scored cases', () => {
  const row = (level: string, id: string, page = good): string =>
    sectionOf(page, level)
      .split('<tr ')
      .find((part) => part.includes(`>${id}<`)) ?? '';
  const shown = (text: string): string | undefined =>
    Object.values(verdictNames).find((name) => text.includes(`</svg>${name}`));
  assert.equal(shown(row('must', 'ID-003', failed)), 'fail');
  assert.equal(shown(row('must', 'ID-001')), 'pass', 'DEV-TLS-009 is not scored there');
  assert.equal(shown(row('must', 'ID-001', failed)), 'unverified');
  assert.equal(shown(row('should', 'ID-007')), 'warn');
  assert.equal(row('must', 'ID-007') + row('should', 'ID-001'), '');
});

test('a requirement whose cases are all newer than the set has no verdict; one without a case leads to the reason', () => {
  const cases = deviceCases.map((one) => (one.id === 'DEV-TLS-021' ? { ...one, scored: false as const } : one));
  const should = sectionOf(renderCertificate(sampleCertification({ cases })), 'should');
  assert.match(should, /ID-007.*Not scored: its cases are newer than the set/);
  assert.match(good, /href="#unproved-SEC-004"/);
  assert.match(good, /id="unproved-SEC-004"/);
});

test('what a peer named cannot leave its place on the page', () => {
  const subject = [
    { role: 'device', name: '<script>x</script>', version: '1', capabilities: [], firmware: 'ab'.repeat(32) },
  ] as const;
  assert.doesNotMatch(renderCertificate(sampleCertification({ subject })), /<script>x/);
});

test('an area that the table does not know comes last', () => {
  const row = (id: string) => ({
    requirement: { id, role: 'device', level: 'MUST', sentence: '', citation: '' } as const,
  });
  assert.deepEqual(
    byArea([row('NEW-001'), row('MSG-001'), row('ID-001')]).map(({ title }) => title),
    [areaOf('ID-001').title, areaOf('MSG-001').title, 'NEW'],
  );
});
