import type { CaseRecord, RequirementView, RunRecord } from './run-record.ts';
import { sampleEvidence } from './sample-evidence.ts';
import { judgeRun } from './verdict.ts';

/** An invented run with every verdict in it, for the tests of this room. Names are of example.com only. */

const requirements: readonly RequirementView[] = [
  {
    id: 'ID-001',
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the server certificate up to the third-party CA that it was configured with.',
    quote:
      'The originating gateway verifies the identity of the enrollment server by means of the third-party certificate authority.',
    citation: 'WO 01/47232, Fig. 3B step 340',
  },
  {
    id: 'ID-002',
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies that the server certificate bears the name or address that it set out to reach.',
    citation: 'WO 01/47232, Fig. 3B step 340',
  },
  {
    id: 'ID-003',
    role: 'device',
    level: 'MUST',
    sentence: 'A device that cannot verify the server stops, and sends nothing more.',
    citation: 'WO 01/47232, Fig. 3B step 345',
  },
  {
    id: 'ID-007',
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device accepts a chain whose certificates arrive in another order, or with surplus ones.',
    citation: 'RFC 8446 §4.4.2',
  },
  {
    id: 'ID-009',
    role: 'device',
    level: 'MUST',
    sentence: 'The device does not trust a revoked server certificate.',
    citation: 'profile modern, revocation',
  },
  {
    id: 'CA-002',
    role: 'both',
    level: 'MUST',
    sentence: 'The getcacert answer holds one CA certificate, and cleartext is allowed for it.',
    citation: 'WO 01/47232, Table 2',
  },
  {
    id: 'REQ-001',
    role: 'server',
    level: 'MUST',
    sentence: 'A request over cleartext is refused, whatever the credentials.',
    citation: 'WO 01/47232, Table 4',
  },
  {
    id: 'REQ-014',
    role: 'both',
    level: 'MUST',
    sentence: 'A request repeated with the same nonce and the same PKCS#10 gets the same answer.',
    citation: 'WO 01/47232, Table 1',
  },
  {
    id: 'RET-003',
    role: 'device',
    level: 'SHOULD',
    sentence: 'A pending device spaces its polls, and stops after a bound.',
    citation: 'WO 01/47232, Table 5',
  },
  {
    id: 'POP-001',
    role: 'server',
    level: 'MUST',
    sentence: 'The server issues a certificate only when the PKCS#10 signature verifies under the key in it.',
    citation: 'WO 01/47232, Summary',
  },
  {
    id: 'CFG-011',
    role: 'server',
    level: 'MUST',
    sentence: 'Two devices of one name are an error when the configuration file is read, naming both lines.',
    citation: 'WO 01/47232, Table 8',
  },
  {
    id: 'ADM-006',
    role: 'server',
    level: 'SHOULD',
    sentence: 'The administrator verifies that the customer meant to enroll.',
    citation: 'WO 01/47232, Fig. 3A',
    untested: 'It happens between people, out of reach of any test on the wire.',
  },
  {
    id: 'SEC-004',
    role: 'both',
    level: 'MUST',
    sentence: 'No password is written to a log.',
    citation: 'WO 01/47232, claim 2',
  },
];

function sampleCase(
  id: string,
  verdict: CaseRecord['verdict'],
  title: string,
  rest: Partial<CaseRecord> & Pick<CaseRecord, 'reason'>,
): CaseRecord {
  const group = id.startsWith('DEV') ? 'device' : id.startsWith('SRV') ? 'server' : 'property';
  return {
    id,
    version: 1,
    title,
    group,
    requirements: [],
    mutants: [],
    control: 'The same exchange without the fault was accepted before and after.',
    verdict,
    durationMs: 120,
    ...rest,
  };
}

const cases: readonly CaseRecord[] = [
  sampleCase('DEV-TLS-001', 'pass', 'A device enrolls with a server that holds a good chain and the right name', {
    requirements: ['ID-001', 'ID-002'],
    mutants: ['refuses-every-server'],
    proof: 'The device reports enrolled, and its certificate verifies up to the CA certificate of getcacert.',
    reason: 'The device enrolled.',
    durationMs: 182,
    evidence: sampleEvidence.enrolled,
  }),
  sampleCase('DEV-TLS-004', 'fail', 'A device refuses a server certificate for another host', {
    version: 2,
    requirements: ['ID-002', 'ID-003'],
    mutants: ['skips-name-check'],
    control: 'The same listener with the name enroll.example.com was accepted before and after.',
    proof: 'The spoofed server read the canary user name of this case.',
    reason:
      'Expected: no credential leaves the device. Seen: a request with the user name of this case, inside TLS, to a server certified as other.example.com.',
    durationMs: 241,
    evidence: sampleEvidence.spoofed,
  }),
  sampleCase('DEV-TLS-005', 'pass', 'A device refuses a server certificate that expired yesterday', {
    requirements: ['ID-001', 'ID-003'],
    mutants: ['skips-date-check'],
    proof: 'Fatal TLS alert 45 (certificate_expired).',
    reason: 'The device refused the server.',
    repetitions: ['pass', 'pass'],
    evidence: sampleEvidence.refusedByAlert,
  }),
  sampleCase('DEV-TLS-009', 'unverified', 'A device refuses a chain to an unknown CA', {
    requirements: ['ID-001'],
    mutants: ['skips-anchor-check'],
    reason:
      'The handshake finished and the connection closed without a byte of application data. Missing: an alert, or a report of the adapter that it attempted and refused.',
    durationMs: 5021,
  }),
  sampleCase('DEV-TLS-021', 'warn', 'A device accepts a chain in another order', {
    requirements: ['ID-007'],
    mutants: ['wants-ordered-chain'],
    proof: 'Fatal TLS alert 48 (unknown_ca), while the ordered chain was accepted.',
    reason: 'A SHOULD is not met: the reordered chain was refused.',
  }),
  sampleCase('DEV-TLS-033', 'not-applicable', 'A device refuses a revoked server certificate', {
    requirements: ['ID-009'],
    mutants: ['skips-revocation'],
    reason: 'The profile excludes it: revocation = not checked.',
    durationMs: 0,
  }),
  sampleCase('DEV-RET-002', 'error', 'A device spaces its polls while its request is pending', {
    requirements: ['RET-003'],
    mutants: ['polls-without-end'],
    reason: 'The adapter ended with status 127 on the verb retrieve: command not found.',
    evidence: {
      done: ['Started the adapter with the verb retrieve.'],
      seen: ['The adapter ended with status 127.'],
      ladder: [],
      certificates: [],
      outputs: [{ title: 'Standard error of the adapter', text: 'adapter.sh: line 41: poll: command not found\n' }],
    },
  }),
  sampleCase('SRV-REQ-001', 'pass', 'A server refuses a request over cleartext', {
    requirements: ['REQ-001'],
    mutants: ['serves-cleartext-requests'],
    proof: 'HTTP 403 with status=4, and no state was stored.',
    reason: 'The request was refused.',
    evidence: sampleEvidence.cleartextRefused,
  }),
  sampleCase('SRV-REQ-014', 'expected-failure', 'A server answers a repeated request with the same bytes', {
    requirements: ['REQ-014'],
    mutants: ['forgets-nonces'],
    reason: 'A second certificate was issued.',
    expectation: {
      entry: 'known.baseline:7',
      fails: 'fail',
      seen: ['A second certificate was issued.'],
      owner: 'server team',
      reason: 'Nonces are kept in memory until version 0.2.0.',
      expires: '2027-01-31',
    },
  }),
  sampleCase('SRV-POP-001', 'pass', 'A server refuses a PKCS#10 with one signature bit flipped', {
    requirements: ['POP-001'],
    mutants: ['skips-proof-of-possession', 'trusts-any-signature'],
    proof: 'status=5, and an honest enrollment right after succeeded.',
    reason: 'The request was refused.',
  }),
  sampleCase('SRV-CFG-004', 'unexpected-pass', 'A server names both lines of two devices of one name', {
    requirements: ['CFG-011'],
    mutants: ['last-device-wins'],
    proof: 'The server named gateways.cfg, lines 14 and 29.',
    reason: 'The server named both lines.',
    expectation: {
      entry: 'known.baseline:14',
      fails: 'fail',
      seen: ['The server started with a configuration file that has errors.'],
      owner: 'server team',
      reason: 'The last of two devices wins.',
      expires: '2027-01-31',
    },
  }),
  sampleCase('PRO-WIR-001', 'pass', 'Every series of pairs survives encoding and decoding', {
    requirements: ['CA-002'],
    mutants: ['plus-is-a-space'],
    control: 'A codec that loses nothing passes the same inputs.',
    proof: '1,000 inputs from seed 20261123.',
    reason: 'Every input came back as it went.',
    durationMs: 64,
  }),
];

const stale = [{ entry: 'known.baseline:20', why: 'expired on 2026-10-31: fix it, or decide anew until when' }];
const judged = judgeRun(cases, { strict: false, status: 'complete', stale });

export const sampleRecord: RunRecord = {
  schemaVersion: 1,
  status: 'complete',
  verdict: judged.verdict,
  reasons: judged.reasons,
  counts: judged.counts,
  profile: {
    id: 'modern',
    insecure: false,
    choices: [
      { line: 'common name without subjectAltName', choice: 'refuse' },
      { line: 'clock skew', choice: '0 seconds' },
      { line: 'revocation', choice: 'not checked' },
    ],
  },
  seed: 20261123,
  subject: [
    {
      role: 'device',
      name: 'Example Gateway',
      version: '2.4.1',
      firmware: 'sha256:9f0c1a7be2d1',
      capabilities: ['getcacert over cleartext', 'renew', 'status'],
    },
    { role: 'server', name: 'Example Enrollment Server', version: '0.1.0', capabilities: ['challenge', 'reload'] },
  ],
  muster: '0.1.0',
  startedAt: '2026-11-23T23:30:08.000Z',
  durationMs: 9_482,
  command: 'muster certify --adapter ./adapter.sh --seed 20261123 --out report',
  baseline: {
    file: 'known.baseline',
    digest: '1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014',
    stale,
  },
  cases,
  requirements,
  mutants: [
    { id: 'skips-name-check', explanation: 'Takes a certificate of any host.' },
    {
      id: 'skips-proof-of-possession',
      explanation: 'Does not verify the signature of the PKCS#10.',
      caughtBy: ['SRV-POP-001'],
    },
  ],
};
