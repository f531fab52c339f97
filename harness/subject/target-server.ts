import type { Identity } from '../case/identity.ts';
import type { TargetPlan } from '../runner/plan.ts';
import { type Adapter, verbUnsupported } from './adapter.ts';
import {
  CannotDeploy,
  type Deployment,
  type DeviceDefinition,
  type ServerInfo,
  type ServerNeeds,
  type ServerUnderTest,
} from './server.ts';

/** A server at a URL. It is what it is, but for what its operator adapter does: a case that needs more is not applicable. */
export class TargetServer implements ServerUnderTest {
  readonly #target: TargetPlan;
  readonly #operator: Adapter | undefined;

  constructor(target: TargetPlan, operator: Adapter | undefined) {
    this.#target = target;
    this.#operator = operator;
  }

  info(): ServerInfo {
    return { name: this.#target.tlsUrl, version: 'unknown', capabilities: this.#operator ? ['approval'] : [] };
  }

  async deploy(needs: ServerNeeds): Promise<Deployment> {
    const { tlsUrl, httpUrl, anchorPem, caFingerprint } = this.#target;
    const lacking = lack(needs, this.#operator !== undefined);
    if (lacking) throw new CannotDeploy(lacking);
    const defined = ownDeviceWillDo(needs) ? [] : needs.devices;
    const stop = async (): Promise<void> => {
      for (const { identity } of defined) await this.#tell('remove', identity.deviceName).catch(unlessUnsupported);
    };
    try {
      for (const definition of defined) await this.#define(definition);
    } catch (thrown) {
      await stop();
      throw thrown;
    }
    return {
      tlsUrl,
      httpUrl,
      anchorPem,
      caFingerprint,
      identities: defined.length > 0 ? defined.map(({ identity }) => identity) : [this.#ownDevice()],
      operator: this.#operator && {
        approve: (name) => this.#tell('approve', name),
        reject: (name, reason) => this.#tell('reject', name, { MUSTER_REASON: reason }),
      },
      approvesFirst: this.#operator !== undefined && needs.approval !== 'manual',
      reload: undefined,
      log: undefined,
      stop,
    };
  }

  #ownDevice(): Identity {
    const { deviceName, device, customer, username, password } = this.#target;
    return { deviceName, device, customer, username, password };
  }

  async #define({ identity, enabled = true, defined = true }: DeviceDefinition): Promise<void> {
    const { deviceName, device, customer, username, password } = identity;
    await this.#tell('define', deviceName, {
      MUSTER_DEVICE: device,
      MUSTER_CUSTOMER: customer,
      MUSTER_USERNAME: username,
      MUSTER_PASSWORD: password,
    });
    if (!defined) await this.#tell('remove', deviceName);
    else if (!enabled) await this.#tell('disable', deviceName);
  }

  /** @throws CannotDeploy when the operator adapter does not have the verb */
  async #tell(verb: string, deviceName: string, about: Readonly<Record<string, string>> = {}): Promise<void> {
    const environment = { MUSTER_DEVICE_NAME: deviceName, MUSTER_TLS_URL: this.#target.tlsUrl, ...about };
    const run = await this.#operator?.run(verb, environment);
    if (run?.exitCode === verbUnsupported) throw new CannotDeploy(`The operator adapter does not have “${verb}”.`);
    if (run?.exitCode !== 0) throw new Error(`The operator adapter, ${verb}: exit status ${run?.exitCode ?? 'none'}.`);
  }
}

/** An adapter without a verb to clean up with leaves what it made. */
function unlessUnsupported(thrown: unknown): void {
  if (!(thrown instanceof CannotDeploy)) throw thrown;
}

/** The device that the target was given serves a case for one device as it should be. */
function ownDeviceWillDo({ devices }: ServerNeeds): boolean {
  const [first, ...others] = devices;
  return others.length === 0 && first?.enabled !== false && first?.defined !== false;
}

/** What of these needs an external server cannot be given. */
function lack(needs: ServerNeeds, hasOperator: boolean): string | undefined {
  if (!ownDeviceWillDo(needs) && !hasOperator) {
    return 'The target was given one device, and there is no operator adapter that defines others (--operator).';
  }
  if (needs.controlled) return 'The target cannot be brought back to an empty store.';
  if (needs.expendable) return 'The target would be left refusing this bench for a while.';
  if (needs.exactly) return 'The target’s accounts cannot be set.';
  if (needs.configuration !== undefined || needs.flags) return 'The target’s configuration file cannot be set.';
  if (needs.validitySeconds !== undefined) return 'The target’s certificate lifetime cannot be set.';
  const { pendingLifetimeSeconds, challengeLifetimeSeconds, requestTimeoutSeconds, wrongPasswords } = needs;
  if (pendingLifetimeSeconds !== undefined) return 'How long a request waits at the target cannot be set.';
  if (challengeLifetimeSeconds !== undefined) return 'How long a challenge of the target serves cannot be set.';
  if (requestTimeoutSeconds !== undefined) return 'The target’s time-out of a request cannot be set.';
  if (wrongPasswords !== undefined) return 'The target’s limit of wrong passwords cannot be set.';
  if (needs.proofOfPossession === 'challenge') return 'The target’s level of proof of possession cannot be set.';
  if (needs.approval === 'manual' && !hasOperator) return 'There is no operator adapter for the target (--operator).';
  return undefined;
}
