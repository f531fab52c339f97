import { type Clock, clockThatSays, systemClock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import type { UsageOutcome } from '#simulators/gateway/calls.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { GatewayObserver } from '#simulators/gateway/observer.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import type { Persona } from '#simulators/gateway/persona.ts';
import { builtInDeviceInfo } from './built-in-info.ts';
import type {
  DeviceEnvironment,
  DeviceInfo,
  DeviceState,
  DeviceUnderTest,
  DeviceVerb,
  DeviceWord,
  Pace,
} from './device.ts';

/** One poll shows what the device does while pending; the others come by the verb `retrieve`. */
const usualPace: Pace = { timeoutSeconds: 5, retries: 2, pollIntervalSeconds: 0.01, maximumPolls: 1 };

/** The built-in simulated gateway as a device under test. One instance serves one case. */
export class BuiltInDevice implements DeviceUnderTest {
  readonly #persona: Persona;
  readonly #pace: Pace;
  #store = new MemoryStore();

  constructor(persona: Persona, pace: Partial<Pace> = {}) {
    this.#persona = persona;
    this.#pace = { ...usualPace, ...pace };
  }

  get patienceSeconds(): number {
    return 2 * this.#pace.timeoutSeconds;
  }

  get pollIntervalSeconds(): number {
    return this.#pace.pollIntervalSeconds;
  }

  async info(): Promise<DeviceInfo> {
    return builtInDeviceInfo(this.#persona.id);
  }

  async perform(verb: DeviceVerb, environment: DeviceEnvironment): Promise<DeviceWord> {
    if (verb === 'reset') {
      this.#store = new MemoryStore();
      return { kind: 'done', detail: '', output: '' };
    }
    const lines: string[] = [];
    const gateway = this.#gateway(environment, lines);
    const word = verb === 'call' ? await call(gateway, environment.calledNumber) : wordOf(await gateway[verb]());
    return { ...word, output: lines.join('\n') };
  }

  async status(environment: DeviceEnvironment): Promise<DeviceState> {
    const { state, certificate, cacert } = await this.#gateway(environment, []).status();
    return {
      state,
      ...(certificate === undefined ? {} : { certificatePem: certificate }),
      ...(cacert === undefined ? {} : { cacertPem: cacert }),
    };
  }

  #gateway(environment: DeviceEnvironment, lines: string[]): Gateway {
    const caFingerprint = environment.caFingerprintSha256 || environment.caFingerprintSha1;
    return new Gateway(
      {
        httpUrl: environment.httpUrl,
        tlsUrl: environment.tlsUrl,
        anchorsPem: environment.anchorPem,
        deviceName: environment.deviceName,
        device: environment.device,
        customer: environment.customer,
        username: environment.username,
        password: environment.password,
        profile: environment.profile as ProfileId,
        // Without anything to check it with, a CA certificate counts only from the verified server itself.
        ...(caFingerprint === '' ? { caCertificateVia: 'tls' } : { caCertificateVia: 'cleartext', caFingerprint }),
        ...this.#pace,
        renewBeforeSeconds: 0,
        clockSkewSeconds: 1,
        retryDelaySeconds: 0.01,
      },
      {
        store: this.#store,
        clock: clockFrom(environment.clock),
        persona: this.#persona,
        observer: observerInto(lines),
      },
    );
  }
}

function clockFrom(text: string): Clock {
  return text === '' ? systemClock : clockThatSays(new Date(text));
}

function observerInto(lines: string[]): GatewayObserver {
  return {
    step: ({ name, detail }) => lines.push(`${name}: ${detail}`),
    wire: () => {},
    check: ({ id, ok, detail }) => lines.push(`  ${ok ? 'ok  ' : 'FAIL'} ${id}: ${detail}`),
  };
}

/** Asks where the call may go, and reports that somebody talked for a second at the first destination. */
async function call(gateway: Gateway, calledNumber: string): Promise<Omit<DeviceWord, 'output'>> {
  const asked = await gateway.call({ calledNumber });
  if (asked.kind !== 'authorized') return callWordOf(asked);
  const [first] = asked.call.destinations;
  return first ? callWordOf(await gateway.report(asked.call, first, { amount: 1, terminationCause: 16 })) : done;
}

const done = { kind: 'done', detail: '' } as const;

function callWordOf(outcome: UsageOutcome): Omit<DeviceWord, 'output'> {
  if (outcome.kind === 'reported') return done;
  if (outcome.kind !== 'call-refused') return wordOf(outcome);
  return { kind: 'refused-by-server', detail: `status ${outcome.status} ${outcome.description}`.trim() };
}

function wordOf(outcome: Outcome): Omit<DeviceWord, 'output'> {
  switch (outcome.kind) {
    case 'enrolled':
      return { kind: 'done', detail: '' };
    case 'pending':
      return { kind: 'pending', detail: '' };
    case 'refused-server':
      return { kind: 'refused-server', detail: `${outcome.check}: ${outcome.reason}` };
    case 'refused-by-server':
      return { kind: 'refused-by-server', detail: `status ${outcome.status} ${outcome.error}`.trim() };
    case 'unreachable':
      return { kind: 'error', detail: messageOf(outcome.reason) };
  }
}
