import type { DeviceInfo } from './device.ts';
import type { ServerInfo } from './server.ts';

// Apart from what they describe: who starts a run says whom it judges, and need not load them for that.

export function builtInDeviceInfo(persona: string): DeviceInfo {
  return {
    name: persona === 'honest' ? 'built-in simulated gateway' : `built-in simulated gateway, flawed: ${persona}`,
    version: '1',
    capabilities: [
      'getcacert over cleartext',
      'getcacert over TLS',
      'fingerprint',
      'retrieve',
      'renew',
      'clock',
      'calls',
    ],
  };
}

export function builtInServerInfo(flaw: string): ServerInfo {
  return {
    name: flaw === 'honest' ? 'built-in reference server' : `built-in reference server, flawed: ${flaw}`,
    version: '1',
    capabilities: ['approval', 'validity', 'challenge', 'configuration', 'reload', 'time-outs', 'limits', 'log'],
  };
}
