import { MusterError } from '#protocol/errors.ts';
import type { ApiKey } from '../access.ts';
import { basisOf } from '../configuration/marks.ts';
import { ConfigurationWorkbench, type Problem } from '../configuration/workbench.ts';
import type { Desk } from '../desk.ts';
import { mayAct } from '../role.ts';
import { type Call, flag, listOf, number, type Operation, object, text, time } from './operation.ts';

type ConfigurationKey = Extract<ApiKey, `${string} /api/configuration${string}`>;

const problem = object({ line: number, column: number, message: text });
const problems = object({ problems: listOf(problem) });
const done = object({ basis: text });

export function configurationOperations({ server }: Desk): Record<ConfigurationKey, Operation> {
  const keeper = server.configurationKeeper;
  const workbench = new ConfigurationWorkbench(keeper);
  const mayEdit = ({ who }: Call): boolean => mayAct(who.role, 'administrator');
  const basis = async () => ({ basis: basisOf(await keeper.newestText()) });

  return {
    'GET /api/configuration': {
      summary: 'The configuration file, with stand-ins for its secrets. Licenses are for administrators.',
      answer: object({ fileName: text, text, basis: text, inForce: flag, problems: listOf(problem) }),
      run: async (call) => {
        const { text: shown, whole, differs, problems: found } = await workbench.newest(mayEdit(call));
        return {
          fileName: keeper.fileName,
          text: shown,
          basis: basisOf(whole),
          inForce: !differs,
          problems: found.map(viewOf),
        };
      },
    },
    'POST /api/configuration/check': {
      summary: 'Says what is wrong with a text; nothing is written.',
      body: object({ text }),
      answer: problems,
      run: async ({ body }) => ({ problems: (await workbench.draft(String(body.text))).problems.map(viewOf) }),
    },
    'POST /api/configuration': {
      summary:
        'Puts a text in the place of the file. With basedOn (a basis) it is refused when the file has changed since. Stand-ins become what they stand for.',
      body: object({ text, 'basedOn?': text }),
      answer: done,
      run: async ({ body, who }) => {
        const draft = await workbench.draft(String(body.text));
        if (draft.problems.length > 0) throw invalid(draft.problems, keeper.fileName);
        if (body.basedOn === undefined) await keeper.apply(draft.whole, who.name);
        else await workbench.apply(draft, who.name, String(body.basedOn));
        return basis();
      },
    },
    'GET /api/configuration/backups': {
      summary: 'What the file was before, the newest first.',
      answer: object({ backups: listOf(object({ name: text, at: time, bytes: number })) }),
      run: async () => ({
        backups: (await keeper.backups()).map(({ name, at, bytes }) => ({
          name,
          at: new Date(at).toISOString(),
          bytes,
        })),
      }),
    },
    'GET /api/configuration/backups/:name': {
      summary: 'One of them, with stand-ins for its secrets.',
      answer: object({ text }),
      run: async (call) => ({ text: (await workbench.backup(call.params.name ?? '', mayEdit(call))).text }),
    },
    'POST /api/configuration/backups/:name/restore': {
      summary: 'Puts a backup in the place of the file.',
      answer: done,
      run: async ({ params: { name = '' }, who }) => {
        await keeper.restore(name, who.name);
        return basis();
      },
    },
  };
}

const viewOf = ({ line, column, message }: Problem): Problem => ({ line, column, message });

function invalid(found: readonly Problem[], fileName: string): MusterError {
  const lines = found.map(({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`);
  return new MusterError('config-invalid', lines.join('\n'));
}
