/** Opening: one case by its anchor, or all that are shown; and the command of a case for the clipboard. Part of the page's script. */
export const casesScript = `
  const detailsOf = (element) => element.firstElementChild;
  const toggle = one('#open-all');
  function openAll(open) {
    for (const element of shownCases()) detailsOf(element).open = open;
    toggle.dataset.open = open ? 'yes' : 'no';
    toggle.textContent = open ? 'Close all' : 'Open all';
  }
  toggle.addEventListener('click', () => openAll(toggle.dataset.open !== 'yes'));
  function reveal(hash) {
    let target;
    try { target = document.getElementById(decodeURIComponent(hash.slice(1))); } catch {}
    if (!target) return;
    if (target.hidden) { form.reset(); apply(); }
    if (target.matches('.case')) {
      detailsOf(target).open = true;
      detailsOf(target).firstElementChild.focus({ preventScroll: true });
    }
    target.scrollIntoView();
  }
  addEventListener('hashchange', () => reveal(location.hash));
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return;
    const hash = link.getAttribute('href');
    if (hash === location.hash) reveal(hash);
  });

  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('button.copy');
    if (!button) return;
    const code = button.parentElement.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // A browser that gives a local file no clipboard: the old way, by selecting the text.
      getSelection().selectAllChildren(code);
      if (!document.execCommand('copy')) return;
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
`;
