import { Adapter } from './adapter.ts';
import type { DeviceAdapter } from './adapter-device.ts';
import { HttpAdapter } from './http-adapter.ts';

/** The adapter at a path or at a URL. @throws MusterError when there is no such executable, or the URL is not usable */
export function adapterAt(address: string, timeoutSeconds: number): DeviceAdapter {
  return /^https?:/i.test(address) ? new HttpAdapter(address, timeoutSeconds) : new Adapter(address, timeoutSeconds);
}
