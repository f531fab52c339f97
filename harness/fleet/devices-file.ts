import { tokenizeLine } from '#protocol/config-file/tokenizer.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Identity } from '../case/identity.ts';

/**
 * Devices that a server elsewhere knows: `device CUSTOMER DEVICE NAME USERNAME PASSWORD`, one a line, words and comments as in
 * the configuration file. @throws MusterError settings-invalid naming every bad line; never shows a password
 */
export function parseDevices(text: string, fileName: string): Identity[] {
  const problems: string[] = [];
  const devices: Identity[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const { words, problem } = tokenizeLine(line);
    if (problem) problems.push(`${fileName}:${index + 1}:${problem.column}: ${problem.message}`);
    else if (words.length > 0) {
      const [item, customer = '', device = '', deviceName = '', username = '', password = ''] = words.map(
        (w) => w.text,
      );
      if (item === 'device' && words.length === 6) devices.push({ customer, device, deviceName, username, password });
      else
        problems.push(
          `${fileName}:${index + 1}: expected: device CUSTOMER DEVICE NAME USERNAME PASSWORD; seen ${words.length} words.`,
        );
    }
  }
  if (problems.length === 0 && devices.length === 0) problems.push(`${fileName}: at least one device is expected.`);
  if (problems.length > 0) throw new MusterError('settings-invalid', problems.join('\n'), { details: { problems } });
  return devices;
}
