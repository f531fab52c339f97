import type { TargetPlan } from '../runner/plan.ts';
import type { Adapter } from './adapter.ts';
import { CannotDeploy, type Deployment, type ServerInfo, type ServerNeeds, type ServerUnderTest } from './server.ts';

/** A server at a URL. It is what it is: a case that needs it otherwise is not applicable. */
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
    const { tlsUrl, httpUrl, anchorPem, caFingerprint, deviceName, device, customer, username, password } =
      this.#target;
    const lacking = lack(needs, this.#operator !== undefined);
    if (lacking) throw new CannotDeploy(lacking);
    return {
      tlsUrl,
      httpUrl,
      anchorPem,
      caFingerprint,
      identities: [{ deviceName, device, customer, username, password }],
      operator: this.#operator && {
        approve: (name) => this.#tell('approve', name),
        reject: (name, reason) => this.#tell('reject', name, reason),
      },
      approvesFirst: this.#operator !== undefined && needs.approval !== 'manual',
      reload: undefined,
      log: undefined,
      stop: async () => {},
    };
  }

  async #tell(verb: string, deviceName: string, reason = ''): Promise<void> {
    const environment = { MUSTER_DEVICE_NAME: deviceName, MUSTER_REASON: reason, MUSTER_TLS_URL: this.#target.tlsUrl };
    const run = await this.#operator?.run(verb, environment);
    if (run?.exitCode !== 0) throw new Error(`The operator adapter, ${verb}: exit status ${run?.exitCode ?? 'none'}.`);
  }
}

/** What of these needs an external server cannot be given. */
function lack(needs: ServerNeeds, hasOperator: boolean): string | undefined {
  if (needs.devices.length > 1) return 'The target was given one device; this case plays several.';
  if (needs.expendable) return 'The target would be left refusing this bench for a while.';
  if (needs.exactly) return 'The target’s accounts cannot be set.';
  const [definition] = needs.devices;
  if (definition?.enabled === false || definition?.defined === false) return 'The target’s device cannot be redefined.';
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
