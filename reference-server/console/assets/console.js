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
    region.replaceChildren(...next.childNodes);
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
stream.addEventListener('over', () => {
  stream.close();
  location.reload();
});
