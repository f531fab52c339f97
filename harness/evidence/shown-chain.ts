import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { certificateFields } from './certificate-view.ts';
import type { NamedFault } from './fault-marks.ts';
import type { Recorder } from './recorder.ts';

/** A longer chain is of interest for its length: its leaf stands for it. */
const mostShown = 4;
/** A CA between root and leaf is made anew for each chain, with a key of its own. */
const keyOfItsOwn = ['SHA-256 of the key'];

/** The chain that a server shows, leaf first, and the anchor that the device is told; PEM. */
export interface ShownChain {
  readonly chainPem: string;
  readonly anchorPem: string;
}

/**
 * Keeps a chain that a server shows, certificate by certificate. `good`: the chain from which it departs in one thing; what
 * differs is then marked.
 */
export function recordChain(recorder: Recorder, fault: NamedFault, shown: ShownChain, good?: ShownChain): void {
  const here = readChain(shown);
  const there = good && readChain(good);
  const keep = (title: string, certificate: Certificate, counterpart: Certificate | undefined, ignored: string[]) => {
    if (there && counterpart) {
      const fields = certificateFields(counterpart, there.chain, there.anchor);
      recorder.marks.know(certificate.der, fault, fields, ignored);
    }
    recorder.certificate(title, certificate, here.chain, here.anchor);
  };
  const few = here.chain.length > mostShown ? here.chain.slice(0, 1) : here.chain;
  for (const [index, certificate] of few.entries()) {
    const title = index === 0 ? `Server certificate (${fault.id})` : `Sent with it (${fault.id}), ${index}`;
    keep(title, certificate, there?.chain[index], index === 0 ? [] : keyOfItsOwn);
  }
  const anchor = there?.anchor.der;
  if (anchor && Buffer.compare(anchor, here.anchor.der) !== 0) {
    keep(`Trust anchor (${fault.id})`, here.anchor, there?.anchor, []);
  }
}

interface Chain {
  readonly chain: readonly Certificate[];
  readonly anchor: Certificate;
}

function readChain({ chainPem, anchorPem }: ShownChain): Chain {
  const [anchor] = certificatesIn(anchorPem);
  if (!anchor) throw new TypeError('a trust anchor is expected');
  return { chain: certificatesIn(chainPem), anchor };
}

function certificatesIn(pem: string): readonly Certificate[] {
  return fromPem(pem, 'CERTIFICATE').map(parseCertificate);
}
