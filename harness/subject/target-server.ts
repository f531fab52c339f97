import type { Identity } from '../case/identity.ts';
import type { TargetPlan } from '../runner/plan.ts';
import { configurationOf } from './configuration-text.ts';
import { CannotDeploy, type Deployment, type ServerInfo, type ServerNeeds, type ServerUnderTest } from './server.ts';
import type { TargetOperator } from './target-operator.ts';
import { TargetSettings } from './target-settings.ts';

/** Each is one word to the operator, and another to remove it. */
const mostDevices = 50;

/** A server at a URL. It is what it is, but for what its operator adapter does: a case that needs more is not applicable. */
export class TargetServer implements ServerUnderTest {
  readonly #target: TargetPlan;
  readonly #operator: TargetOperator | undefined;
  readonly #settings: TargetSettings | undefined;

  constructor(target: TargetPlan, operator: TargetOperator | undefined) {
    this.#target = target;
    this.#operator = operator;
    this.#settings = operator && new TargetSettings(operator);
  }

  async info(): Promise<ServerInfo> {
    const usual = { name: this.#target.tlsUrl, version: 'unknown', capabilities: this.#operator ? ['approval'] : [] };
    const { configurationFile: _its, ...said } = (await this.#operator?.info()) ?? {};
    return { ...usual, ...said };
  }

  async recover(): Promise<void> {
    await this.#operator?.restore().catch((thrown: unknown) => {
      if (!(thrown instanceof CannotDeploy)) throw thrown;
    });
  }

  async configurationFile(): Promise<string> {
    return (await this.#operator?.configurationFile()) ?? '';
  }

  async deploy(needs: ServerNeeds): Promise<Deployment> {
    const { tlsUrl, httpUrl, anchorPem, caFingerprint } = this.#target;
    const [operator, settings] = [this.#operator, this.#settings];
    const lacking = lack(needs, operator !== undefined);
    if (lacking) throw new CannotDeploy(lacking);
    const takesOwnDevice = ownDeviceWillDo(needs);
    const devices = takesOwnDevice ? [] : needs.devices;
    await settings?.set(devices, setsFile(needs) ? configurationOf(needs) : undefined);
    return {
      tlsUrl,
      httpUrl,
      anchorPem,
      caFingerprint,
      identities: takesOwnDevice ? [this.#ownDevice()] : devices.map(({ identity }) => identity),
      operator,
      approvesFirst: operator !== undefined && needs.approval !== 'manual',
      change: takesOwnDevice ? undefined : settings && ((device) => settings.define(device)),
      reload: settings && ((file) => settings.configure(file)),
      log: undefined,
      stop: async () => {},
    };
  }

  async leave(): Promise<void> {
    await this.#settings?.undo();
  }

  #ownDevice(): Identity {
    const { deviceName, device, customer, username, password } = this.#target;
    return { deviceName, device, customer, username, password };
  }
}

function setsFile({ configuration, flags }: ServerNeeds): boolean {
  return configuration !== undefined || flags !== undefined;
}

/** The device that the target was given serves a case for one device that is and stays as it should be. */
function ownDeviceWillDo(needs: ServerNeeds): boolean {
  const [first, ...others] = needs.devices;
  const isPlain = others.length === 0 && first?.enabled !== false && first?.defined !== false;
  return isPlain && !setsFile(needs) && needs.changes !== true;
}

/** What of these needs an external server cannot be given. */
function lack(needs: ServerNeeds, hasOperator: boolean): string | undefined {
  if (setsFile(needs) && !hasOperator)
    return 'The target’s configuration file cannot be set: there is no operator adapter (--operator).';
  if (!ownDeviceWillDo(needs) && !hasOperator) {
    return 'The target was given one device, and there is no operator adapter that defines others (--operator).';
  }
  if (needs.devices.length > mostDevices) return `The operator would have to define ${needs.devices.length} devices.`;
  if (needs.durable) return 'The target cannot be killed from here.';
  if (needs.expendable) return 'The target would be left refusing this bench for a while.';
  if (needs.exactly) return 'The target’s accounts cannot be set.';
  if (needs.validitySeconds !== undefined) return 'The target’s certificate lifetime cannot be set.';
  const { pendingLifetimeSeconds, challengeLifetimeSeconds, requestTimeoutSeconds, wrongPasswords } = needs;
  if (pendingLifetimeSeconds !== undefined) return 'How long a request waits at the target cannot be set.';
  if (challengeLifetimeSeconds !== undefined) return 'How long a challenge of the target serves cannot be set.';
  if (requestTimeoutSeconds !== undefined) return 'The target’s time-out of a request cannot be set.';
  if (needs.trialDevices !== undefined) return 'How many devices the target enrolls without a license cannot be set.';
  if (wrongPasswords !== undefined) return 'The target’s limit of wrong passwords cannot be set.';
  if (needs.proofOfPossession === 'challenge') return 'The target’s level of proof of possession cannot be set.';
  if (needs.approval === 'manual' && !hasOperator) return 'There is no operator adapter for the target (--operator).';
  return undefined;
}
