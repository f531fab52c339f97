import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import type { ServerNeeds } from './server.ts';

/** The configuration file of a server that is to be as a case needs it. */
export function configurationOf({ configuration, flags = ['enroll enabled'], devices }: ServerNeeds): string {
  if (configuration !== undefined) return configuration;
  const lines = devices
    .filter(({ defined = true }) => defined)
    .map(({ identity, enabled = true }) => {
      return `device ${quoteWord(identity.deviceName)} bench ${enabled ? 'enabled' : 'disabled'}`;
    });
  return `${[...flags, 'group bench', ...lines].join('\n')}\n`;
}
