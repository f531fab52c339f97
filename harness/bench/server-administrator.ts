import type { Identity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { CannotDeploy, type Deployment, type DeviceDefinition } from '../subject/server.ts';
import type { ServerWire } from './server-wire.ts';

interface AdministratorParts {
  readonly deployment: () => Deployment;
  readonly wire: ServerWire;
  readonly recorder: Recorder;
  readonly judge: Judge;
}

/** What a case has done to the server under test. Where that cannot be, the case is not applicable. */
export class ServerAdministrator {
  readonly #parts: AdministratorParts;

  constructor(parts: AdministratorParts) {
    this.#parts = parts;
  }

  /** Approves what waits of this device. */
  async approve({ deviceName }: Identity): Promise<void> {
    const { deployment, judge, recorder } = this.#parts;
    const { operator } = deployment();
    if (!operator)
      return judge.notApplicable('The server waits for approval, and there is no operator for it (--operator).');
    recorder.arrow('operator', 'server', 'approve');
    await operator.approve(deviceName);
  }

  /** Makes a device of the case something else. */
  async change(device: DeviceDefinition): Promise<void> {
    const { deployment, judge, recorder } = this.#parts;
    const { change } = deployment();
    if (!change) return judge.notApplicable('This server’s devices cannot be changed.');
    recorder.arrow('operator', 'server', `${device.identity.deviceName} is ${stateOf(device)}`);
    await change(device).catch((thrown: unknown) => unlessImpossible(judge, thrown));
  }

  /** Has the server read another configuration file. @throws FileRefused */
  async reload(configuration: string): Promise<void> {
    const { deployment, judge } = this.#parts;
    const { reload } = deployment();
    if (!reload) return judge.notApplicable('This server’s configuration file cannot be set.');
    await reload(configuration).catch((thrown: unknown) => unlessImpossible(judge, thrown));
  }

  /** The server is killed and started again. */
  async kill(): Promise<void> {
    const { deployment, judge, recorder, wire } = this.#parts;
    const { kill } = deployment();
    if (!kill) return judge.notApplicable('This server cannot be killed from here.');
    recorder.did('The server is killed, and starts again.');
    wire.hangUp();
    await kill();
  }

  /** Gives the server another clearinghouse CA. */
  async rotate(): Promise<void> {
    const { deployment, judge, recorder, wire } = this.#parts;
    const { control } = deployment();
    if (!control) return judge.notApplicable('This server cannot be given another CA from here.');
    recorder.did('The server gets another CA.');
    await control.rotate();
    wire.forgetAuthority();
  }
}

/** @throws whatever it is but that the server cannot be set up so: that is not applicable */
export function unlessImpossible(judge: Judge, thrown: unknown): never {
  if (thrown instanceof CannotDeploy) judge.notApplicable(thrown.message);
  throw thrown;
}

function stateOf({ enabled = true, defined = true }: DeviceDefinition): string {
  return defined ? (enabled ? 'enabled' : 'disabled') : 'removed';
}
