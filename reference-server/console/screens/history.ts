import { effectsOf } from '../configuration/effects.ts';
import { hideWords } from '../configuration/hidden-words.ts';
import { ConfigurationWorkbench, hiddenFrom } from '../configuration/workbench.ts';
import type { Desk } from '../desk.ts';
import { empty, head, padded, panel } from '../parts/blocks.ts';
import { difference } from '../parts/difference.ts';
import { effectList } from '../parts/editor.ts';
import { options, postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { grouped } from '../parts/names.ts';
import { type Column, table } from '../parts/table.ts';
import { moment, relativeTime, timeTag } from '../parts/time.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page } from '../visit.ts';

type HistoryKey =
  | 'GET /configuration/history'
  | 'GET /configuration/history/:name'
  | 'POST /configuration/history/:name/restore';

const columns: readonly Column[] = [
  { text: 'Replaced at (UTC)', kind: 'name' },
  { text: 'Age' },
  { text: 'Because of' },
  { text: 'Bytes', kind: 'number' },
  { text: '', kind: 'acts' },
];

/** What the configuration file was before: listed, compared, restored. */
export function historyScreens({ server, clock }: Desk): Record<HistoryKey, Handler> {
  const keeper = server.configurationKeeper;
  const workbench = new ConfigurationWorkbench(keeper);
  const pathOf = (name: string): string => `/configuration/history/${encodeURIComponent(name)}`;

  return {
    'GET /configuration/history': async () => {
      const now = clock.now().getTime();
      const backups = await keeper.backups();
      const rows = backups.map(({ name, at, bytes }) => [
        timeTag(at),
        relativeTime(at, now),
        name.endsWith('-marks') ? 'enrollments' : 'a change',
        grouped(bytes),
        html`<a class="button" href="${pathOf(name)}" aria-label="Compare the file of ${moment(at)}">Compare</a>`,
      ]);
      const list =
        rows.length === 0 ? empty('The file was never changed by this server.') : table('Backups', columns, rows);
      const lead = html`Each change of <code>${keeper.fileName}</code> left the file as it was before. The newest stands first.`;
      const body = html`${head('History of the configuration', lead, html`<a class="button" href="/configuration">The file</a>`)}<div class="panel">${list}</div>`;
      return page('History of the configuration', '/configuration', body);
    },

    'GET /configuration/history/:name': async ({ params: { name = '' }, query, who, csrf }) => {
      const mayEdit = mayAct(who.role, 'administrator');
      const [then, backups] = [await workbench.backup(name, mayEdit), await keeper.backups()];
      const at = backups.find((backup) => backup.name === name)?.at ?? 0;
      const other = query.get('with') ?? '';
      const now =
        other === ''
          ? { text: hideWords(keeper.text, hiddenFrom(mayEdit)), configuration: keeper.current }
          : await workbench.backup(other, mayEdit);
      const title = `The file of ${moment(at)}`;
      const body = html`${head(title, other === '' ? 'To restore it would make these changes of what is in force.' : 'These changes lead from the one to the other.')}
${compareForm(pathOf(name), other, backups)}
${panel('What differs', padded(effectList(effectsOf(now.configuration, then.configuration))))}${panel('Difference', difference(now.text, then.text))}
${mayEdit && other === '' ? postForm(csrf, `${pathOf(name)}/restore`, html`<button class="danger">Restore this file</button>`) : nothing}`;
      return page(title, '/configuration', body);
    },

    'POST /configuration/history/:name/restore': async ({ params: { name = '' }, who }) => {
      await keeper.restore(name, who.name);
      return go(
        '/configuration',
        'The backup is restored and in force. The file that it replaced is kept as a backup too.',
      );
    },
  };
}

function compareForm(
  path: string,
  other: string,
  backups: readonly { readonly name: string; readonly at: number }[],
): Html {
  const choices = [['', 'the file in force'] as const, ...backups.map(({ name, at }) => [name, moment(at)] as const)];
  return html`<form class="search" action="${path}"><div class="field"><label for="with">Compared with</label><select id="with" name="with">${options(choices, other)}</select></div><button>Compare</button></form>`;
}
