import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { goodPkcs10, type Pkcs10Fault } from '#simulators/hostile/pkcs10-forge.ts';
import { pkcs10Fields } from '../evidence/message-view.ts';
import type { ServerBench } from './server-bench.ts';

/** A request whose PKCS#10 holds the challenge that the server gives for it. */
export async function challengedRequest(bench: ServerBench): Promise<EnrollmentMessage> {
  const { answer } = await bench.wire.getCaCertificate();
  const nonce = answer?.kind === 'cacert' ? answer.nonce : undefined;
  if (!nonce) return bench.judge.violation('The getcacert answer bears no nonce, though a challenge is demanded.');
  const challengePassword = Buffer.from(nonce).toString('latin1');
  const identity = bench.identity();
  const { deviceName } = identity;
  const pkcs10 = goodPkcs10({ deviceName, key: await bench.newKey(), profile: bench.profile, challengePassword });
  return bench.request(identity, { pkcs10 });
}

/** A request whose PKCS#10 has this fault, and nothing else. */
export async function faultyRequest(
  bench: ServerBench,
  fault: Pkcs10Fault,
  identity = bench.identity(),
): Promise<EnrollmentMessage> {
  const { recorder, profile } = bench;
  recorder.did(`A gateway makes a PKCS#10 with the fault “${fault.id}”: ${fault.explanation}`);
  const key = await bench.newKey();
  // One fault is to send the private key itself: it stays out of the evidence, too.
  recorder.redaction.hide(key.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
  const authority = await bench.wire.authority();
  const forge = { deviceName: identity.deviceName, key, profile, authority };
  const pkcs10 = await fault.make(forge);
  recorder.marks.know(pkcs10, fault, pkcs10Fields(goodPkcs10(forge)));
  return bench.request(identity, { pkcs10 });
}
