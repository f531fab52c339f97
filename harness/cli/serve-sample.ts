import { randomBytes } from 'node:crypto';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import { hashPassword } from '#reference-server/accounts.ts';

export interface SampleFiles {
  readonly configuration: string;
  readonly accounts: string;
  readonly username: string;
  /** New, random, and nowhere but here: the accounts file holds its hash. */
  readonly password: string;
}

const username = 'sample';
const deviceNames = ['gw1.example.com', 'gw2.example.com', 'gw3.example.com'];

const configuration = `# A sample, written by "muster serve". Change it: the server reads it again.
enroll enabled
routing enabled
cdrs enabled

group "Sample gateways"
device gw1.example.com "Sample gateways" enabled
device gw2.example.com "Sample gateways" enabled
device gw3.example.com "Sample gateways" disabled

route "Sample gateways" "" gw2.example.com 1
`;

/** Files to begin with: a configuration with a few devices, and an account for each. */
export async function sampleFiles(): Promise<SampleFiles> {
  const password = randomBytes(15).toString('base64url');
  const hash = await hashPassword(password);
  const lines = deviceNames.map((name, index) => `account 1 ${index + 1} ${quoteWord(name)} ${username} ${hash}\n`);
  const head = '# account CUSTOMER DEVICE NAME USERNAME HASH; make a line with: muster config account\n';
  return { configuration, accounts: head + lines.join(''), username, password };
}
