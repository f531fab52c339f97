/** Filter: words, verdicts, group; over cases and requirements alike. Part of the page's script. */
export const filterScript = `
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
  const shownCases = () => cases.filter((element) => !element.hidden);
  function apply() {
    const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const verdicts = all('input[name=verdict]:checked', form).map((box) => box.value);
    const matches = (element) =>
      wanted.every((word) => textOf(element).includes(word)) &&
      (verdicts.length === 0 || listed(element, 'verdicts').some((verdict) => verdicts.includes(verdict))) &&
      (group.value === '' || listed(element, 'groups').includes(group.value));
    for (const element of [...cases, ...rows]) element.hidden = !matches(element);
    for (const section of all('.group')) section.hidden = !section.querySelector('.case:not([hidden])');
    const shown = shownCases().length;
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
`;
