/** Runs before the page is drawn, so that a chosen theme does not flash. */
export const themeScript = `
document.documentElement.classList.add('js');
try {
  const theme = localStorage.getItem('muster-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {}
`;

const themeButton = `// Theme: as the system has it, light, dark.
  const button = document.querySelector('#theme');
  const themes = ['auto', 'light', 'dark'];
  const named = () => root.dataset.theme ?? 'auto';
  const label = () => { button.textContent = 'Theme: ' + named(); };
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(named()) + 1) % themes.length];
    if (next === 'auto') delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem('muster-theme', next); } catch {}
    label();
  });
  label();`;

/** The button of the theme alone, for pages without anything else to do. */
export const themeButtonScript = `
(() => {
  const root = document.documentElement;
${themeButton}
})();
`;

/** Everything that a reader can do to the page. Without it the page is whole: nothing is fetched, nothing is built here. */
export const pageScript = `
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

${themeButton}

  // Filter: words, verdicts, group; over cases and requirements alike.
  const form = one('#filters');
  const words = one('#words');
  const group = one('#group');
  const output = one('#shown');
  const cases = all('.case');
  const rows = all('tr[data-verdicts]');
  const texts = new Map();
  const textOf = (element) => {
    let text = texts.get(element);
    if (text === undefined) {
      const shown = element.matches('.case') ? element.querySelector('summary') : element;
      text = (shown.textContent + ' ' + (element.dataset.find ?? '')).toLowerCase();
      texts.set(element, text);
    }
    return text;
  };
  const listed = (element, name) => (element.dataset[name] ?? '').split(' ');
  function apply() {
    const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const verdicts = all('input[name=verdict]:checked', form).map((box) => box.value);
    const matches = (element) =>
      wanted.every((word) => textOf(element).includes(word)) &&
      (verdicts.length === 0 || listed(element, 'verdicts').some((verdict) => verdicts.includes(verdict))) &&
      (group.value === '' || listed(element, 'groups').includes(group.value));
    for (const element of [...cases, ...rows]) element.hidden = !matches(element);
    for (const section of all('.group')) section.hidden = !section.querySelector('.case:not([hidden])');
    const shown = cases.filter((element) => !element.hidden).length;
    one('#none').hidden = shown > 0 || cases.length === 0;
    one('#no-rows').hidden = rows.length === 0 || rows.some((row) => !row.hidden);
    output.textContent = shown === cases.length ? cases.length + ' cases' : shown + ' of ' + cases.length + ' cases';
  }
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(apply));

  // The bar stays in sight on a wide screen: what an anchor leads to must not hide behind it.
  const measure = () => root.style.setProperty('--bar', form.offsetHeight + 'px');
  addEventListener('resize', measure);
  measure();

  // Opening: one case by its anchor, or all that are shown.
  const opened = () => cases.filter((element) => !element.hidden).map((element) => element.firstElementChild);
  const toggle = one('#open-all');
  toggle.addEventListener('click', () => {
    const open = toggle.dataset.open !== 'yes';
    for (const details of opened()) details.open = open;
    toggle.dataset.open = open ? 'yes' : 'no';
    toggle.textContent = open ? 'Close all' : 'Open all';
  });
  function reveal(hash) {
    let target;
    try { target = document.getElementById(decodeURIComponent(hash.slice(1))); } catch {}
    if (!target) return;
    if (target.hidden) { form.reset(); apply(); }
    const details = target.matches('.case') ? target.firstElementChild : target.querySelector('details');
    if (target.matches('.case')) {
      details.open = true;
      details.firstElementChild.focus({ preventScroll: true });
    }
    target.scrollIntoView();
  }
  addEventListener('hashchange', () => reveal(location.hash));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) reveal(link.hash);
  });

  // Paper shows what the screen would after opening every case that is shown.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = opened().filter((details) => !details.open);
    for (const details of closed) details.open = true;
  });
  addEventListener('afterprint', () => { for (const details of closed) details.open = false; });

  apply();
  if (location.hash) reveal(location.hash);
})();
`;
