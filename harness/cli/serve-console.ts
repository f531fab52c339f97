import { readTextFile } from '#protocol/text-file.ts';
import type { ApprovalRules } from '#reference-server/enrollment/approval-rules.ts';
import type { ReferenceServer } from '#reference-server/server.ts';
import type { Database } from '#reference-server/store/database.ts';

export interface ConsoleNeeds {
  readonly server: ReferenceServer;
  readonly database: Database;
  readonly rules: ApprovalRules;
  readonly port: number;
  /** A file with the password of the first administrator. */
  readonly passwordFile: string | undefined;
}

export interface OpenConsole {
  readonly url: string;
  /** Of the first administrator, at the start that made it and never again. */
  readonly newPassword?: string;
  /** Something happened at the server: open pages are told. */
  changed(): void;
  stop(): Promise<void>;
}

/** Opens the console, which is read when it is asked for. @throws MusterError bench-broken, settings-invalid */
export async function openConsole({ passwordFile, ...parts }: ConsoleNeeds): Promise<OpenConsole> {
  const { Console } = await import('#reference-server/console/console.ts');
  const webConsole = await Console.create(parts);
  const newPassword = await webConsole.admitFirst(await givenPassword(passwordFile));
  await webConsole.start();
  return {
    url: webConsole.url,
    ...(newPassword === undefined ? {} : { newPassword }),
    changed: () => webConsole.changed(),
    stop: () => webConsole.stop(),
  };
}

async function givenPassword(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return process.env.MUSTER_CONSOLE_PASSWORD || undefined;
  return (await readTextFile(file, 'the password of the first administrator')).trim();
}
