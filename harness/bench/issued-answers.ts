import { systemClock } from '#protocol/clock.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { type Certificate, isSignedBy, parseCertificate } from '#protocol/pki/certificate.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import type { Judge } from '../case/judge.ts';

/** How far a server's clock may be ahead of ours. */
const skewMs = 60_000;

/** What must hold of every certificate that a server hands out, in whatever case: it is judged along the way. */
export class IssuedAnswers {
  readonly #bySerial = new Map<string, Uint8Array>();

  judge(
    judge: Judge,
    message: EnrollmentMessage,
    der: Uint8Array,
    authority: Certificate,
    deviceName: string | undefined,
  ): void {
    const certificate = parseCertificate(der);
    const key = keyOf(message.pkcs10);
    const { serialNumber } = certificate;
    const known = this.#bySerial.get(serialNumber);
    this.#bySerial.set(serialNumber, der);
    const now = systemClock.now().getTime();
    const names = certificate.subject.filter(({ type }) => type === 'CN').map(({ value }) => value.toLowerCase());
    const rules: readonly (readonly [sentence: string, holds: boolean])[] = [
      ['it was asked for with a PKCS#10', key !== undefined],
      ['it bears the key of its PKCS#10', key !== undefined && Buffer.compare(certificate.spki, key) === 0],
      ['it is signed by the CA of getcacert', isSignedBy(certificate, authority.publicKey)],
      ['it is no CA certificate', certificate.basicConstraints?.ca !== true],
      ['its subject is the device', names.length === 1 && (deviceName === undefined || names[0] === deviceName)],
      ['its serial number is its own', known === undefined || Buffer.compare(known, der) === 0],
      // Handed over again it may have ended since.
      ['it is valid when it is issued', known !== undefined || certificate.notAfter.getTime() > now],
      ['it has begun', certificate.notBefore.getTime() <= now + skewMs],
    ];
    const [broken] = rules.find(([, holds]) => !holds) ?? [];
    if (broken !== undefined) {
      judge.violation(
        `Expected of every certificate: ${broken}. Seen: ${certificate.subjectText}, serial ${serialNumber}.`,
      );
    }
  }
}

/** Of what is no PKCS#10 there is no key that could be certified. */
function keyOf(pkcs10: Uint8Array): Uint8Array | undefined {
  try {
    return parsePkcs10(pkcs10).spki;
  } catch {
    return undefined;
  }
}
