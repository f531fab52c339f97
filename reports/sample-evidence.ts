import type { CertificateView, Evidence, LadderEntry } from './run-record.ts';

/** Invented evidence for the sample record: certificates made for example.com, messages with redacted secrets. */

const serverPem = [
  '-----BEGIN CERTIFICATE-----',
  'MIICFzCCAb2gAwIBAgIUT5oYwxcpT3Y/4YlO9Yfx4SXeSZIwCgYIKoZIzj0EAwIw',
  'RTELMAkGA1UEBhMCVVMxHzAdBgNVBAoMFkV4YW1wbGUgVGhpcmQgUGFydHkgQ0Ex',
  'FTATBgNVBAMMDEV4YW1wbGUgUm9vdDAeFw0yNjExMjMyMzMwMDhaFw0yNjEyMjMy',
  'MzMwMDhaMEoxCzAJBgNVBAYTAlVTMR4wHAYDVQQKDBVFeGFtcGxlIENsZWFyaW5n',
  'aG91c2UxGzAZBgNVBAMMEmVucm9sbC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEG',
  'CCqGSM49AwEHA0IABHZE+oBICCmDg6zmj0jIHZa8ROKTiL7i7lncMcul7bEBHnWp',
  'MyLWXoT3u6wfS3fsnZUIEIJ54dQFAcdd1xnjWKKjgYUwgYIwHQYDVR0RBBYwFIIS',
  'ZW5yb2xsLmV4YW1wbGUuY29tMAwGA1UdEwEB/wQCMAAwEwYDVR0lBAwwCgYIKwYB',
  'BQUHAwEwHQYDVR0OBBYEFDFLOfbSD0SqEIVRmqUmiHfJBxlOMB8GA1UdIwQYMBaA',
  'FJtl6u0yqtyRmMaVmY3YsbT1OckxMAoGCCqGSM49BAMCA0gAMEUCIDPbesCvYyaI',
  'ErfGgy2DLSDs940x64myVXFAlsSslbHGAiEA2EMoDOCZqCcYTHeLyNXxKB6N+M03',
  'fjOVkxHM3kv/+kM=',
  '-----END CERTIFICATE-----',
].join('\n');

const rootPem = [
  '-----BEGIN CERTIFICATE-----',
  'MIIB4DCCAYWgAwIBAgIUPlLd6ykuPkk1L7JmQphjpgUMboYwCgYIKoZIzj0EAwIw',
  'RTELMAkGA1UEBhMCVVMxHzAdBgNVBAoMFkV4YW1wbGUgVGhpcmQgUGFydHkgQ0Ex',
  'FTATBgNVBAMMDEV4YW1wbGUgUm9vdDAeFw0yNjExMjMyMzMwMDhaFw0yNzExMjMy',
  'MzMwMDhaMEUxCzAJBgNVBAYTAlVTMR8wHQYDVQQKDBZFeGFtcGxlIFRoaXJkIFBh',
  'cnR5IENBMRUwEwYDVQQDDAxFeGFtcGxlIFJvb3QwWTATBgcqhkjOPQIBBggqhkjO',
  'PQMBBwNCAAQNZbhYyCN8NXeeNXMqxs7epW2Oqzm4Vz72HJqChQj4zVw19/BOt/Ho',
  'JrTSw404YKOyJQjC8xyAhhwXO41xkLPVo1MwUTAdBgNVHQ4EFgQUm2Xq7TKq3JGY',
  'xpWZjdixtPU5yTEwHwYDVR0jBBgwFoAUm2Xq7TKq3JGYxpWZjdixtPU5yTEwDwYD',
  'VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAxXyc8/oUITWHCo/WOIVe',
  'DslxVr55U1W7oBMouzMU8yACIQDjg1vaVjB6xyX79ZjeoDRKCdKwGk6k1IoMxrf1',
  'SEl7cA==',
  '-----END CERTIFICATE-----',
].join('\n');

const serverCertificate: CertificateView = {
  title: 'Certificate that the server showed',
  pem: serverPem,
  fields: [
    ['Subject', 'C=US, O=Example Clearinghouse, CN=enroll.example.com'],
    ['Issuer', 'C=US, O=Example Third Party CA, CN=Example Root'],
    ['Serial number', '4F9A18C317294F763FE1894EF587F1E125DE4992'],
    ['Valid from', '2026-11-23T23:30:08Z'],
    ['Valid to', '2026-12-23T23:30:08Z'],
    ['Public key', 'EC P-256'],
    ['Signature', 'ecdsa-with-SHA256'],
    ['Subject alternative names', 'DNS:enroll.example.com'],
    ['Basic constraints', 'critical, CA: false'],
    ['Extended key usage', 'serverAuth'],
    [
      'SHA-256 fingerprint',
      '2D:25:52:2A:B6:DA:4B:2F:18:5C:DF:1D:EA:F9:D5:68:85:8C:17:00:32:B1:1B:4D:CB:82:C7:03:BC:52:F4:44',
    ],
  ],
};

const rootCertificate: CertificateView = {
  title: 'Third-party CA (trust anchor)',
  pem: rootPem,
  fields: [
    ['Subject', 'C=US, O=Example Third Party CA, CN=Example Root'],
    ['Issuer', 'C=US, O=Example Third Party CA, CN=Example Root'],
    ['Valid from', '2026-11-23T23:30:08Z'],
    ['Valid to', '2027-11-23T23:30:08Z'],
    ['Public key', 'EC P-256'],
    ['Basic constraints', 'critical, CA: true'],
  ],
};

const requestRaw = [
  'POST /tep HTTP/1.1',
  'Host: enroll.example.com:1443',
  'Content-Type: text/html',
  'Content-Length: 731',
  '',
  'operation=request&nonce=%8F%00%12%A4%7C&username=canary%2D7f3a&password=[redacted]&device=1001&customer=42&request=MIIBETCBuAIBADBWMQswCQYDVQQGEwJVUzEQMA4GA1UEChMHRXhhbXBsZTE1MDMGA1UEAxMsZ3ctMS5leGFtcGxlLmNvbQ%3D%3D',
].join('\n');

const requestMessage = {
  title: 'request',
  fields: [
    ['operation', 'request'],
    ['nonce', '8F 00 12 A4 7C (5 bytes)'],
    ['username', 'canary-7f3a'],
    ['password', '[redacted]'],
    ['device', '1001'],
    ['customer', '42'],
    ['PKCS#10 subject', 'C=US, O=Example, CN=gw-1.example.com'],
    ['PKCS#10 key', 'EC P-256'],
    ['PKCS#10 signature', 'ecdsa-with-SHA256, verifies under its own key'],
  ],
  raw: requestRaw,
} as const;

const getCaCert: readonly LadderEntry[] = [
  { atMs: 2, from: 'harness', to: 'device', label: 'adapter enroll', transport: 'local' },
  {
    atMs: 31,
    from: 'device',
    to: 'server',
    label: 'getcacert',
    transport: 'cleartext',
    message: {
      title: 'getcacert',
      fields: [['operation', 'getcacert']],
      raw: 'POST /tep HTTP/1.1\nHost: enroll.example.com:5045\nContent-Type: text/plain\nContent-Length: 19\n\noperation=getcacert',
    },
  },
  {
    atMs: 38,
    from: 'server',
    to: 'device',
    label: 'CA certificate',
    transport: 'cleartext',
    message: {
      title: 'answer to getcacert',
      fields: [
        ['status', '0 (ready)'],
        ['certificate', 'C=US, O=Example Clearinghouse, CN=Example Device CA'],
      ],
      raw: 'HTTP/1.1 200 OK\ncontent-type: text/plain\ncontent-length: 688\n\nstatus=0&certificate=MIIB4DCCAYWgAwIBAgIUPlLd6ykuPkk1L7JmQphjpgUMboYw…',
    },
  },
];

const enrolled: Evidence = {
  done: [
    'Started a server with a good chain to the third-party CA and the name enroll.example.com.',
    'Told the adapter to enroll.',
  ],
  seen: [
    'getcacert over cleartext, then request over TLS 1.3.',
    'The adapter ended with status 0.',
    'State: enrolled.',
  ],
  ladder: [
    ...getCaCert,
    {
      atMs: 44,
      from: 'device',
      to: 'server',
      label: 'TLS 1.3 handshake',
      transport: 'tls',
      note: 'TLS_AES_256_GCM_SHA384, X25519',
    },
    { atMs: 61, from: 'device', to: 'server', label: 'request', transport: 'tls', message: requestMessage },
    {
      atMs: 79,
      from: 'server',
      to: 'device',
      label: 'pending',
      transport: 'tls',
      message: { title: 'answer to request', fields: [['status', '1 (pending)']], raw: 'HTTP/1.1 200 OK\n\nstatus=1' },
    },
    { atMs: 90, from: 'operator', to: 'server', label: 'approve gw-1.example.com', transport: 'local' },
    {
      atMs: 121,
      from: 'device',
      to: 'server',
      label: 'retrieve',
      transport: 'tls',
      message: { ...requestMessage, title: 'retrieve' },
    },
    {
      atMs: 144,
      from: 'server',
      to: 'device',
      label: 'issued certificate',
      transport: 'tls',
      message: {
        title: 'answer to retrieve',
        fields: [
          ['status', '0 (ready)'],
          ['cert', 'C=US, O=Example, CN=gw-1.example.com'],
        ],
      },
    },
    {
      atMs: 150,
      from: 'device',
      to: 'device',
      label: 'verifies its certificate',
      transport: 'local',
      note: 'signature, key, dates',
    },
    { atMs: 171, from: 'device', to: 'harness', label: 'ended with status 0', transport: 'local' },
  ],
  certificates: [serverCertificate, rootCertificate],
  outputs: [{ title: 'Standard output of the adapter', text: '{"state":"enrolled"}\n' }],
  files: ['evidence/DEV-ENR-001/transcript.txt', 'evidence/DEV-ENR-001/capture.pcapng'],
};

const spoofed: Evidence = {
  done: [
    'Started a server with a good chain to the third-party CA, for other.example.com instead of enroll.example.com.',
    'Told the adapter to enroll as canary-7f3a, a user name made for this case.',
  ],
  seen: ['The handshake finished.', 'A request with the user name canary-7f3a reached the spoofed server.'],
  chapters: [
    { atMs: 1, kind: 'control', title: 'Control before the fault: the device enrolls with the honest server.' },
    { atMs: 50, kind: 'stimulus', title: 'The server shows a certificate with the fault “other-host”.' },
  ],
  tls: [
    {
      atMs: 50,
      fields: [
        ['version', 'TLSv1.3'],
        ['cipher', 'TLS_AES_256_GCM_SHA384'],
        ['group', 'X25519'],
        ['server name', 'enroll.example.com'],
        ['handshake', 'completed'],
        ['alert of the device', 'none'],
      ],
    },
  ],
  ladder: [
    { atMs: 2, from: 'harness', to: 'device', label: 'adapter enroll', transport: 'local' },
    { atMs: 33, from: 'device', to: 'hostile server', label: 'getcacert', transport: 'cleartext' },
    {
      atMs: 41,
      from: 'hostile server',
      to: 'device',
      label: 'CA certificate',
      transport: 'cleartext',
      message: {
        title: 'answer to getcacert',
        fields: [['status', '00']],
        fault: {
          id: 'status-00',
          explanation: 'The status has a leading zero.',
          fields: [{ name: 'status', good: '0' }],
        },
      },
    },
    {
      atMs: 52,
      from: 'hostile server',
      to: 'device',
      label: 'certificate for other.example.com',
      transport: 'tls',
      note: 'the one fault: the name',
    },
    {
      atMs: 70,
      from: 'device',
      to: 'hostile server',
      label: 'request with the canary',
      transport: 'tls',
      message: requestMessage,
      note: 'nothing may follow a wrong name',
    },
  ],
  certificates: [
    {
      ...serverCertificate,
      fields: serverCertificate.fields.map(([name, value]) => [name, value.replaceAll('enroll.', 'other.')] as const),
      fault: {
        id: 'other-host',
        explanation: 'A good certificate for another host.',
        fields: [
          { name: 'Subject', good: 'C=US, O=Example Clearinghouse, CN=enroll.example.com' },
          { name: 'Subject alternative names', good: 'DNS:enroll.example.com' },
          { name: 'Key usage', good: 'digitalSignature' },
        ],
      },
    },
  ],
  outputs: [],
};

const refusedByAlert: Evidence = {
  done: ['Started a server whose certificate expired a day before.', 'Told the adapter to enroll.'],
  seen: ['Fatal alert 45 (certificate_expired).', 'The adapter ended with status 20: certificate expired.'],
  ladder: [
    ...getCaCert.map((entry) => (entry.from === 'server' ? { ...entry, from: 'hostile server' as const } : entry)),
    {
      atMs: 55,
      from: 'hostile server',
      to: 'device',
      label: 'certificate, expired',
      transport: 'tls',
      note: 'the one fault: notAfter',
    },
    { atMs: 60, from: 'device', to: 'hostile server', label: 'alert 45', transport: 'tls' },
  ].map((entry) => (entry.to === 'server' ? { ...entry, to: 'hostile server' as const } : entry)) as LadderEntry[],
  certificates: [serverCertificate],
  outputs: [{ title: 'Standard output of the adapter', text: 'server refused: certificate expired\n' }],
};

const cleartextRefused: Evidence = {
  done: ['Sent an honest request over plain HTTP.'],
  seen: ['HTTP 403.', 'The list of requests is empty.'],
  ladder: [
    {
      atMs: 1,
      from: 'hostile device',
      to: 'server',
      label: 'request over cleartext',
      transport: 'cleartext',
      message: requestMessage,
    },
    {
      atMs: 6,
      from: 'server',
      to: 'hostile device',
      label: 'HTTP 403',
      transport: 'cleartext',
      message: {
        title: 'answer',
        fields: [
          ['HTTP', '403 Forbidden'],
          ['status', '4 (malformed)'],
          ['error', 'request over cleartext'],
        ],
        raw: 'HTTP/1.1 403 Forbidden\n\nstatus=4&error=request%20over%20cleartext',
      },
    },
  ],
  certificates: [],
  outputs: [],
};

export const sampleEvidence = { enrolled, spoofed, refusedByAlert, cleartextRefused } as const;
