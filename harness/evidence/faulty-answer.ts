import type { HttpAnswer } from '#protocol/http.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import type { AnswerContext, Fault } from '#simulators/hostile/answer-fault.ts';
import { deviceCertificate } from '#simulators/hostile/answer-parts.ts';
import { certificateFields } from './certificate-view.ts';
import { certificatesIn } from './message-view.ts';
import type { FaultyAnswer, Recorder } from './recorder.ts';

/** An answer with this fault, for the recorder; what is wrong in the certificates that it holds is marked wherever they turn up. */
export function faultyAnswer(
  recorder: Recorder,
  fault: Fault,
  answer: HttpAnswer,
  context: AnswerContext,
): FaultyAnswer | undefined {
  if (fault.allowed || recorder.isPaused) return undefined;
  const { certificate: authority } = context.clearinghouse;
  const good = fault.operation === 'getcacert' ? authority : parseCertificate(deviceCertificate(context, {}));
  const fields = certificateFields(good, [], authority);
  for (const der of certificatesIn(answer)) recorder.marks.know(der, fault, fields);
  return { fault, honest: context.honest, authority };
}
