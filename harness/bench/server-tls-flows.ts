import { type OfferReply, offerTls, type TlsOffer, tlsOffers } from '#simulators/hostile/tls-offers.ts';
import type { ServerBench } from './server-bench.ts';
import { honestAfterwards } from './server-flows.ts';

/** ClientHellos that the server has to turn down, between two that it has to agree to. */
export async function turnsDown(bench: ServerBench, offers: readonly TlsOffer[]): Promise<void> {
  await bench.deploy();
  const control = async (): Promise<void> => {
    const reply = await offer(bench, tlsOffers.honest);
    if (reply.kind !== 'agreed') bench.judge.broken(`The control is red: an honest ClientHello got ${inWords(reply)}.`);
  };
  await control();
  for (const one of offers) {
    const reply = await offer(bench, one);
    if (reply.kind === 'silence') bench.judge.unverified(`The server said nothing to “${one.id}”: neither yes nor no.`);
    bench.judge.require(reply.kind !== 'agreed', `“${one.id}” is turned down`, inWords(reply));
  }
  await control();
  await honestAfterwards(bench);
}

async function offer({ recorder, deployment }: ServerBench, one: TlsOffer): Promise<OfferReply> {
  recorder.did(`A ClientHello offers “${one.id}”: ${one.explanation}`);
  const reply = await offerTls(deployment.tlsUrl, one);
  recorder.arrow('server', 'hostile device', inWords(reply));
  return reply;
}

function inWords(reply: OfferReply): string {
  switch (reply.kind) {
    case 'alert':
      return `the alert “${reply.alert}”`;
    case 'agreed':
      return `a ServerHello of ${reply.version} with cipher 0x${reply.cipher.toString(16).padStart(4, '0')}`;
    case 'closed':
      return 'the end of the connection';
    case 'silence':
      return 'nothing';
  }
}
