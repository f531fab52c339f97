import type { AnswerFault } from './answer-fault.ts';
import { base64, otherAuthority } from './answer-parts.ts';

/** An answer to getcacert, of the clearinghouse's own certificate ({good}) and of another CA’s ({other}). */
function authorityFault(id: string, text: string, explanation: string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'getcacert',
    body: async (context) =>
      text
        .replace('{good}', base64(context.clearinghouse.certificate.der))
        .replace('{other}', base64((await otherAuthority(context)).certificate.der)),
  };
}

/** Answers to getcacert that cannot be believed, though the right certificate may stand in them. */
export const authorityFaults = {
  otherThenGood: authorityFault(
    'ca-twice-good-last',
    'status=0&certificate={other}&certificate={good}',
    'The name certificate= stands twice: that of another CA, then the right one.',
  ),
  goodThenOther: authorityFault(
    'ca-twice-good-first',
    'status=0&certificate={good}&certificate={other}',
    'The name certificate= stands twice: the right one, then that of another CA.',
  ),
  twoNames: authorityFault(
    'ca-two-names',
    'status=0&certificate={good}&cacert={other}',
    'The name certificate= holds the right one, and its synonym cacert= that of another CA.',
  ),
  twoNamesGoodLast: authorityFault(
    'ca-two-names-good-last',
    'status=0&certificate={other}&cacert={good}',
    'The name certificate= holds that of another CA, and its synonym cacert= the right one.',
  ),
  pending: authorityFault('ca-pending', 'status=1', 'getcacert is answered pending, with no certificate.'),
  pendingWithCertificate: authorityFault(
    'ca-pending-with-certificate',
    'status=1&certificate={good}',
    'getcacert is answered pending, with the right certificate.',
  ),
  refusedWithCertificate: authorityFault(
    'ca-refused-with-certificate',
    'status=12&certificate={good}',
    'getcacert is refused, with the right certificate.',
  ),
  inCleartext: {
    ...authorityFault(
      'ca-in-cleartext',
      'status=0&certificate={other}',
      'Somebody in the cleartext path gives the certificate of a CA of his own; over TLS the answer is honest.',
    ),
    inCleartext: true,
  },
  changed: authorityFault('ca-changed', 'status=0&certificate={other}', 'getcacert gives another CA than at first.'),
} as const satisfies Record<string, AnswerFault>;
