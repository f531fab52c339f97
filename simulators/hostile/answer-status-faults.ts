import type { AnswerFault } from './answer-fault.ts';
import { base64, deviceCertificate, statusFault } from './answer-parts.ts';

/** A status that is almost 0, in front of a good certificate. */
export const statusFaults = {
  minus: statusFault('status-minus', 'status=-0&cert=CERT', 'The status is 0 with a minus.'),
  plus: statusFault('status-plus', 'status=+0&cert=CERT', 'The status is 0 with a plus.'),
  blankBefore: statusFault('status-blank-before', 'status= 0&cert=CERT', 'A blank stands before the status.'),
  blankAfter: statusFault('status-blank-after', 'status=0 &cert=CERT', 'A blank stands after the status.'),
  fraction: statusFault('status-fraction', 'status=0.0&cert=CERT', 'The status is a fraction.'),
  wraps: statusFault('status-wraps', 'status=4294967296&cert=CERT', 'The status is 2^32, which is 0 in 32 bits.'),
  nul: statusFault('status-nul', 'status=0%00&cert=CERT', 'The status is 0 and a NUL.'),
  nulRaw: statusFault('status-nul-raw', 'status=0\0abc&cert=CERT', 'The status is 0, a raw NUL, and letters.'),
  longerName: statusFault('status-longer-name', 'statusx=0&cert=CERT', 'Another variable begins like status.'),
  pendingWithCertificate: statusFault(
    'pending-with-certificate',
    'status=1&cert=CERT',
    'The request is pending, and a good certificate stands there nevertheless.',
  ),
  refusedWithCertificate: statusFault(
    'refused-with-certificate',
    'status=7&error=disabled&cert=CERT',
    'The request is refused, and a good certificate stands there nevertheless.',
  ),
  alone: statusFault('status-alone', 'status=0', 'The status is 0, and there is no certificate.'),
  emptyCertificate: statusFault('certificate-empty', 'status=0&cert=', 'The certificate is empty.'),
  twoStatuses: {
    id: 'status-twice-ready-first',
    explanation: 'The status stands twice: ready, then refused.',
    operation: 'enrollment',
    body: async (context) => `status=0&cert=${base64(deviceCertificate(context, {}))}&status=8`,
  },
} as const satisfies Record<string, AnswerFault>;
