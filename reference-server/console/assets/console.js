// Makes pages quicker to use. Everything works without it.
const root = document.documentElement;
root.classList.add('js');

/** One box ticks all of its form. */
document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-check-all]')) return;
  for (const box of target.form.querySelectorAll('input[name="id"]')) box.checked = target.checked;
});

/** What a person has begun is not taken from under their hands. */
const isInUse = (region) =>
  region.querySelector('input:checked, details[open]') !== null ||
  [...region.querySelectorAll('input:not([type="hidden"], [type="checkbox"]), textarea')].some(
    (field) => field.value !== field.defaultValue || field === document.activeElement,
  );

/** The link or button in the place of one that was there before. */
const sameAs = (gone, region) =>
  ['value', 'href']
    .filter((name) => gone.hasAttribute(name))
    .map((name) => region.querySelector(`[${name}="${CSS.escape(gone.getAttribute(name))}"]`))
    .find((found) => found !== null);

let refreshing = Promise.resolve();

/** Puts what changed into the page, and leaves the rest alone. */
async function refresh() {
  const regions = [...document.querySelectorAll('[data-live]')].filter((region) => !isInUse(region));
  if (regions.length === 0) return;
  const answer = await fetch(location.href, { headers: { 'x-live': '1' }, redirect: 'manual' });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const region of regions) {
    const next = fresh.getElementById(region.id);
    if (next === null || next.innerHTML === region.innerHTML || isInUse(region)) continue;
    const { activeElement: had } = document;
    const wasIn = region.contains(had);
    region.replaceChildren(...next.childNodes);
    if (wasIn) sameAs(had, region)?.focus({ preventScroll: true });
  }
}

const counts = document.querySelectorAll('[data-live-text="pending"]');
let waiting = Number(counts[0]?.textContent ?? 0);
let isFirst = true;
const stream = new EventSource('/live');
stream.addEventListener('news', ({ data }) => {
  const { pending } = JSON.parse(data);
  for (const count of counts) count.textContent = pending || '';
  if (pending > waiting) {
    const status = document.querySelector('[data-live-status]');
    if (status) status.textContent = pending === 1 ? '1 request waits.' : `${pending} requests wait.`;
  }
  // The first news says how things stand: most often as when the page was made.
  if (!isFirst || pending !== waiting) refreshing = refreshing.then(refresh).catch(() => {});
  isFirst = false;
  waiting = pending;
});
const leave = () => {
  stream.close();
  location.reload();
};
stream.addEventListener('over', leave);
// The server may have been started again: then there is no session any more, and a page that looks alive would not be.
stream.addEventListener('error', async () => {
  if (stream.readyState !== EventSource.CLOSED) return;
  const { type } = await fetch('/account', { headers: { 'x-live': '1' }, redirect: 'manual' });
  if (type === 'opaqueredirect') leave();
});

/** The editor of the configuration: numbers that keep up, links that lead into the text, nothing lost by a stray click. */
const editor = document.querySelector('[data-editor]');
if (editor) {
  const gutter = editor.previousElementSibling;
  const number = () => {
    const lines = editor.value.split('\n').length;
    if (lines + 1 === editor.rows) return;
    editor.rows = lines + 1;
    while (gutter.children.length > lines) gutter.lastElementChild.remove();
    for (let at = gutter.children.length + 1; at <= lines; at += 1) {
      const span = document.createElement('span');
      span.id = `L${at}`;
      span.textContent = at;
      gutter.append(span, '\n');
    }
  };
  editor.addEventListener('input', number);
  document.addEventListener('click', (event) => {
    const { line, column } = event.target.closest('[data-line]')?.dataset ?? {};
    if (line === undefined) return;
    event.preventDefault();
    const start = editor.value.split('\n', Number(line) - 1).reduce((sum, text) => sum + text.length + 1, 0);
    document.getElementById(`L${line}`)?.scrollIntoView({ block: 'center' });
    editor.focus({ preventScroll: true });
    editor.setSelectionRange(start + Number(column) - 1, start + Number(column) - 1);
  });
  let isSent = false;
  editor.form.addEventListener('submit', () => {
    isSent = true;
  });
  addEventListener('beforeunload', (event) => {
    if (!isSent && editor.value !== editor.defaultValue) event.preventDefault();
  });
}
