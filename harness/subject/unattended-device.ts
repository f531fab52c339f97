import { type DeviceInfo, type DeviceState, type DeviceUnderTest, DeviceUnseen, type DeviceWord } from './device.ts';

const reason = 'the device is driven by a person at a terminal, and this run has none';

/** A device that only a person can drive, in a run without a terminal: nothing of it is seen, so nothing is judged. */
export class UnattendedDevice implements DeviceUnderTest {
  readonly patienceSeconds = 0;

  async info(): Promise<DeviceInfo> {
    return { name: 'a device driven by a person, who was not there', version: 'unknown', capabilities: [] };
  }

  async perform(): Promise<DeviceWord> {
    return { kind: 'unseen', detail: `${reason}.`, output: '' };
  }

  async status(): Promise<DeviceState> {
    throw new DeviceUnseen(`Nobody saw the state of the device: ${reason}.`);
  }
}
