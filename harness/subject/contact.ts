import type { TlsContact } from '#simulators/hostile/observed-listener.ts';
import type { DeviceWord } from './device.ts';

/** What is known of one meeting of a device with a TLS server that it must refuse. */
export interface Contact {
  readonly tls: readonly TlsContact[];
  /** Canaries (user name, password, PKCS#10) that the hostile server read, by name. */
  readonly canaries: readonly string[];
  readonly word: DeviceWord;
}

export interface ContactVerdict {
  readonly verdict: 'refused' | 'accepted' | 'unproved' | 'no-contact' | 'bench-error';
  readonly because: string;
}

const certificateAlerts: ReadonlySet<string> = new Set([
  'bad certificate',
  'unsupported certificate',
  'certificate revoked',
  'certificate expired',
  'certificate unknown',
  'unknown ca',
  'certificate required',
  'access denied',
]);

/**
 * Weighs the wire first, then the device's word, strongest evidence first. Acceptance outweighs everything: a device that
 * says "refused" while its canary arrived accepted. Silence alone proves nothing.
 */
export function weighContact({ tls, canaries, word }: Contact): ContactVerdict {
  const says = `the device says "${word.kind}"${word.detail ? `: ${word.detail}` : ''}`;
  const applicationBytes = tls.reduce((sum, contact) => sum + contact.applicationBytes, 0);
  if (canaries.length > 0) return accepted(`the spoofed server read the ${canaries.join(' and the ')}; ${says}`);
  if (applicationBytes > 0)
    return accepted(`${applicationBytes} application bytes reached the spoofed server; ${says}`);
  if (word.kind === 'done') return accepted(`nothing arrived, yet ${says}`);
  if (word.kind === 'error') return { verdict: 'bench-error', because: says };
  if (tls.length === 0) return { verdict: 'no-contact', because: `nothing connected to the TLS port; ${says}` };
  const shown = tls.filter(({ certificateSent }) => certificateSent);
  if (shown.length === 0) {
    return { verdict: 'no-contact', because: `it connected and never let the server show its certificate; ${says}` };
  }

  const alerts = shown.flatMap(({ alert }) => alert ?? []);
  const certificateAlert = alerts.find((alert) => certificateAlerts.has(alert));
  if (certificateAlert) return refused(`TLS alert "${certificateAlert}", no application byte; ${says}`);
  if (alerts[0]) return refused(`TLS alert "${alerts[0]}", no application byte; ${says}`);
  const closed = shown.every((contact) => contact.closed);
  const handshakes = shown.filter((contact) => contact.handshakeCompleted).length;
  if (closed && handshakes === 0) return refused(`closed during the handshake, no application byte; ${says}`);
  if (word.kind === 'refused-server') {
    return refused(`no application byte after ${handshakes} finished handshake${handshakes === 1 ? '' : 's'}; ${says}`);
  }
  const seen = handshakes > 0 ? 'a finished handshake without an application byte' : 'silence on an open connection';
  return { verdict: 'unproved', because: `${seen} proves neither refusal nor acceptance; ${says}` };
}

function accepted(because: string): ContactVerdict {
  return { verdict: 'accepted', because };
}

function refused(because: string): ContactVerdict {
  return { verdict: 'refused', because };
}
