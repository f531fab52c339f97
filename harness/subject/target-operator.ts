import { MusterError } from '#protocol/errors.ts';
import { type Adapter, type AdapterRun, verbUnsupported } from './adapter.ts';
import { firmwareOf } from './firmware.ts';
import { CannotDeploy, type DeviceDefinition, FileRefused, type ServerInfo, WordRefused } from './server.ts';

const refused = 21;
const usualFileName = 'muster.conf';

/** What an operator adapter says of the server; every word of it may be missing. */
interface OperatorInfo extends Partial<ServerInfo> {
  readonly configurationFile?: string;
}

/** The administrator of a server elsewhere, behind an adapter (docs/device-adapter.md, «An operator for a server»). */
export class TargetOperator {
  readonly #adapter: Adapter;
  readonly #tlsUrl: string;
  #info: Promise<OperatorInfo> | undefined;

  constructor(adapter: Adapter, tlsUrl: string) {
    this.#adapter = adapter;
    this.#tlsUrl = tlsUrl;
  }

  /** What it says of the server; nothing when it has no such verb. */
  info(): Promise<OperatorInfo> {
    this.#info ??= this.#ask();
    return this.#info;
  }

  async configurationFile(): Promise<string> {
    return (await this.info()).configurationFile ?? usualFileName;
  }

  /** @throws WordRefused, CannotDeploy */
  approve(deviceName: string): Promise<void> {
    return this.#decide('approve', { MUSTER_DEVICE_NAME: deviceName });
  }

  /** @throws WordRefused, CannotDeploy */
  reject(deviceName: string, reason: string): Promise<void> {
    return this.#decide('reject', { MUSTER_DEVICE_NAME: deviceName, MUSTER_REASON: reason });
  }

  /** Makes a device what it is to be, in the place of an earlier one of its name. @throws CannotDeploy */
  async define({ identity, enabled = true, defined = true }: DeviceDefinition): Promise<void> {
    const { deviceName, device, customer, username, password } = identity;
    await this.#must('define', {
      MUSTER_DEVICE_NAME: deviceName,
      MUSTER_DEVICE: device,
      MUSTER_CUSTOMER: customer,
      MUSTER_USERNAME: username,
      MUSTER_PASSWORD: password,
    });
    if (!defined) await this.remove(deviceName);
    else if (!enabled) await this.#must('disable', { MUSTER_DEVICE_NAME: deviceName });
  }

  /** @throws CannotDeploy */
  remove(deviceName: string): Promise<void> {
    return this.#must('remove', { MUSTER_DEVICE_NAME: deviceName });
  }

  /** Takes a device and its account away: passwords of cases follow from a seed that reports name. @throws CannotDeploy */
  async forget(deviceName: string): Promise<void> {
    const run = await this.#run('forget', { MUSTER_DEVICE_NAME: deviceName });
    if (run.exitCode === verbUnsupported) return this.remove(deviceName);
    this.#expectDone('forget', run);
  }

  /** Puts a configuration file in force; the one before is kept for `restore`. @throws FileRefused, CannotDeploy */
  async configure(text: string): Promise<void> {
    const run = await this.#run('configure', {}, text);
    if (run.exitCode === refused) throw new FileRefused(run.stdout.trim());
    this.#expectDone('configure', run);
  }

  /** Puts back the file that was in force before any `configure`, if there was any. @throws CannotDeploy */
  restore(): Promise<void> {
    return this.#must('restore', {});
  }

  async #ask(): Promise<OperatorInfo> {
    const run = await this.#run('info', {});
    if (run.exitCode === verbUnsupported) return {};
    this.#expectDone('info', run);
    const { name, version, firmware, capabilities, configurationFile } = objectIn(run.stdout);
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof version === 'string' ? { version } : {}),
      ...(typeof firmware === 'string' ? { firmware: await firmwareOf(firmware) } : {}),
      ...(Array.isArray(capabilities) ? { capabilities: capabilities.map(String) } : {}),
      ...(typeof configurationFile === 'string' ? { configurationFile } : {}),
    };
  }

  async #decide(verb: string, about: Readonly<Record<string, string>>): Promise<void> {
    const run = await this.#run(verb, about);
    if (run.exitCode === refused) throw new WordRefused(`The server did not take “${verb}”: ${run.stdout.trim()}`);
    this.#expectDone(verb, run);
  }

  async #must(verb: string, about: Readonly<Record<string, string>>): Promise<void> {
    this.#expectDone(verb, await this.#run(verb, about));
  }

  #run(verb: string, about: Readonly<Record<string, string>>, input?: string): Promise<AdapterRun> {
    return this.#adapter.run(verb, { MUSTER_TLS_URL: this.#tlsUrl, MUSTER_DEVICE_NAME: '', ...about }, input);
  }

  #expectDone(verb: string, { exitCode, stderr }: AdapterRun): void {
    if (exitCode === verbUnsupported) throw new CannotDeploy(`The operator adapter does not have “${verb}”.`);
    if (exitCode === 0) return;
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw broken(verb, `exit status ${exitCode ?? 'none (stopped after its time)'}. ${said}`);
  }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  } catch {
    // Told below, with what was seen.
  }
  throw broken('info', `a JSON object is expected, seen ${JSON.stringify(text.slice(0, 80))}.`);
}

function broken(verb: string, what: string): MusterError {
  return new MusterError('bench-broken', `The operator adapter, ${verb}: ${what}`);
}
