import type { DeviceDefinition } from './server.ts';
import { CannotDeploy } from './server.ts';
import type { TargetOperator } from './target-operator.ts';

/**
 * What one case had the administrator of a target set: devices, and the configuration file. What the next deployment of the
 * case wants as it is stays so, since each word of an operator may take seconds; all is put back when the case is over.
 */
export class TargetSettings {
  readonly #operator: TargetOperator;
  readonly #devices = new Map<string, DeviceDefinition>();
  #hasFile = false;

  constructor(operator: TargetOperator) {
    this.#operator = operator;
  }

  /** Devices as they are to be, and the file, or the target's own where there is none. @throws CannotDeploy, FileRefused */
  async set(devices: readonly DeviceDefinition[], file: string | undefined): Promise<void> {
    const missing = devices.filter((device) => !this.#holds(device));
    // A device that is defined goes into the file that is to stay.
    if (this.#hasFile && (file === undefined || missing.length > 0)) await this.#restore();
    for (const device of missing) await this.define(device);
    if (file !== undefined) await this.configure(file);
  }

  /** @throws CannotDeploy */
  async define(device: DeviceDefinition): Promise<void> {
    const { deviceName } = device.identity;
    // Before it begins: what is half done is to be removed, too.
    this.#devices.set(deviceName, { identity: device.identity, defined: false });
    await this.#operator.define(device);
    this.#devices.set(deviceName, device);
  }

  /** @throws CannotDeploy, FileRefused */
  async configure(file: string): Promise<void> {
    // What an earlier run left, when it was killed; and an adapter that has no such verb could not undo the other.
    if (!this.#hasFile) await this.#operator.restore();
    this.#hasFile = true;
    await this.#operator.configure(file);
  }

  /** Puts all back. An adapter without a verb for that leaves what it made. */
  async undo(): Promise<void> {
    if (this.#hasFile) await this.#restore();
    const names = [...this.#devices.keys()];
    this.#devices.clear();
    for (const name of names) {
      await this.#operator.forget(name).catch((thrown: unknown) => {
        if (!(thrown instanceof CannotDeploy)) throw thrown;
      });
    }
  }

  #holds({ identity, enabled = true, defined = true }: DeviceDefinition): boolean {
    const held = this.#devices.get(identity.deviceName);
    const isSame =
      held !== undefined &&
      Object.entries(identity).every(([name, value]) => held.identity[name as keyof typeof identity] === value);
    return isSame && (held.enabled ?? true) === enabled && (held.defined ?? true) === defined;
  }

  async #restore(): Promise<void> {
    this.#hasFile = false;
    await this.#operator.restore();
  }
}
