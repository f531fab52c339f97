import { MusterError, messageOf } from '#protocol/errors.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { sendRaw } from '#simulators/hostile/raw-client.ts';
import type { TargetPlan } from '../runner/plan.ts';

/**
 * Asks each listener of a target for its CA certificate. Any HTTP answer will do: whether it is a good one is for the
 * cases to judge. @throws MusterError bench-broken when there is none
 */
export async function expectTargetAnswers(
  { tlsUrl, httpUrl }: Pick<TargetPlan, 'tlsUrl' | 'httpUrl'>,
  profile: CryptoProfile,
  timeoutSeconds = 10,
): Promise<void> {
  const body = encodeRequest({ operation: 'getcacert' });
  for (const [option, url] of [
    ['target', tlsUrl],
    ['cleartext', httpUrl],
  ] as const) {
    try {
      await sendRaw({ url, body, profile, timeoutSeconds });
    } catch (cause) {
      throw new MusterError(
        'bench-broken',
        `The server under test does not answer at ${url}. ${messageOf(cause)}\nStart it, or mend --${option}.`,
        { cause },
      );
    }
  }
}
