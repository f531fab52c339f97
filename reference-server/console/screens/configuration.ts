import { MusterError } from '#protocol/errors.ts';
import { effectsOf } from '../configuration/effects.ts';
import { hideWords } from '../configuration/hidden-words.ts';
import { basisOf } from '../configuration/marks.ts';
import { ConfigurationWorkbench, hiddenFrom, type Problem, type ShownText } from '../configuration/workbench.ts';
import type { Desk } from '../desk.ts';
import { wholeNumber } from '../number.ts';
import { head, padded, panel } from '../parts/blocks.ts';
import { difference } from '../parts/difference.ts';
import { effectList, numberedText, problemList, textEditor } from '../parts/editor.ts';
import { hrefOf } from '../parts/filters.ts';
import { postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { grouped } from '../parts/names.ts';
import { pager } from '../parts/table.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, type Outcome, page, type Visit } from '../visit.ts';

type ConfigurationKey = 'GET /configuration' | 'POST /configuration' | 'POST /configuration/review';

/** Beyond so many characters a page is no place to edit a file. */
const editedAtMost = 512 * 1024;
const linesOnPage = 1000;
const notInForce = 'the file is not in force, the server keeps running on what it had';

/** The configuration file: read, edited, checked, compared, applied. */
export function configurationScreens({ server }: Desk): Record<ConfigurationKey, Handler> {
  const keeper = server.configurationKeeper;
  const workbench = new ConfigurationWorkbench(keeper);

  const editAgain = async (
    visit: Visit,
    sent: string,
    basedOn: string,
    problems: readonly Problem[],
    said?: Html,
  ): Promise<Outcome> => {
    const body = html`${top(keeper.fileName)}${said}${editor(visit, sent, basedOn, problems)}`;
    return page('Configuration', '/configuration', body, said ? 409 : problems.length > 0 ? 422 : 200);
  };

  return {
    'GET /configuration': async (visit) => {
      const mayEdit = mayAct(visit.who.role, 'administrator');
      const shown = await workbench.newest(mayEdit);
      const isLong = shown.text.length > editedAtMost;
      const content =
        mayEdit && !isLong
          ? editor(visit, shown.text, basisOf(shown.whole), shown.problems)
          : readOnly(shown, visit, isLong);
      const body = html`${top(keeper.fileName)}${stale(shown)}${content}`;
      return page('Configuration', '/configuration', body);
    },

    'POST /configuration/review': async (visit) => {
      const sent = visit.form.get('text') ?? '';
      const basedOn = visit.form.get('basedOn') ?? '';
      const { problems, configuration, whole } = await workbench.draft(sent);
      if (problems.length > 0) return editAgain(visit, sent, basedOn, problems);
      const hidden = hiddenFrom(true);
      const shown = hideWords(whole, hidden);
      const changes = difference(hideWords(await keeper.newestText(), hidden), shown);
      const effects = effectsOf(keeper.current, configuration);
      const body = html`${head('Review the change', `Nothing is written yet: ${keeper.fileName} is as it was.`)}
${panel('What it does', padded(effectList(effects)))}${panel('Difference', changes)}
${postForm(
  visit.csrf,
  '/configuration',
  html`<input type="hidden" name="basedOn" value="${basedOn}"><textarea name="text" hidden>\n${shown}</textarea>
<div class="buttons"><button class="primary" name="step" value="apply">Apply</button><button name="step" value="edit">Back to the editor</button></div>`,
)}`;
      return page('Review the change', '/configuration', body);
    },

    'POST /configuration': async (visit) => {
      const sent = visit.form.get('text') ?? '';
      const basedOn = visit.form.get('basedOn') ?? '';
      if (visit.form.get('step') === 'edit') return editAgain(visit, sent, basedOn, []);
      const draft = await workbench.draft(sent);
      if (draft.problems.length > 0) return editAgain(visit, sent, basedOn, draft.problems);
      try {
        await workbench.apply(draft, visit.who.name, basedOn);
      } catch (thrown) {
        if (!(thrown instanceof MusterError)) throw thrown;
        const said = html`<div class="said bad" role="alert"><p>${thrown.message}</p></div>`;
        return editAgain(visit, sent, basedOn, [], said);
      }
      return go('/configuration', 'The change is written and in force. The file as it was is kept as a backup.');
    },
  };
}

function top(fileName: string): Html {
  const history = html`<a class="button" href="/configuration/history">History</a>`;
  return head(
    'Configuration',
    html`<code>${fileName}</code> says which groups, devices and routes there are. Values of <code>crypto</code> are not shown.`,
    history,
  );
}

function stale({ differs, problems }: ShownText): Html {
  if (!differs || problems.length > 0) return nothing;
  return html`<div class="banner watch"><p>The file has changed, and is about to be read.</p></div>`;
}

function editor(
  { csrf }: Visit,
  text: string,
  basedOn: string,
  problems: readonly Problem[],
  so = 'nothing was written',
): Html {
  const form = postForm(
    csrf,
    '/configuration/review',
    html`<input type="hidden" name="basedOn" value="${basedOn}">${textEditor(text, problems)}
<div class="bulk"><span class="hint">Nothing is written before you have seen the difference.</span><button class="primary">Check and review</button><a class="button" href="/configuration">Read the file again</a></div>`,
    'editing',
  );
  return html`${problemList(problems, so)}<div class="panel">${form}</div>`;
}

function readOnly({ text, problems }: ShownText, { query }: Visit, isLong: boolean): Html {
  const lines = text.split('\n');
  const pages = Math.max(1, Math.ceil(lines.length / linesOnPage));
  const number = Math.min(pages, wholeNumber(query, 'page', { most: 1e6, instead: 1 }));
  const first = (number - 1) * linesOnPage;
  const href = (at: number): string => hrefOf('/configuration', { page: String(at) });
  const why = isLong
    ? html`<p class="hint padded">${grouped(lines.length)} lines are too many for an editor in a page: change the file where it lies, and the server reads it by itself.</p>`
    : nothing;
  return html`${problemList(problems, notInForce)}<div class="panel">${why}${numberedText(lines.slice(first, first + linesOnPage), first + 1, problems)}${pager({ page: number, pages, href })}</div>`;
}
