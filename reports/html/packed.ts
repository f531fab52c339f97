import { deflateRawSync } from 'node:zlib';
import { html, Markup } from './markup.ts';

/**
 * Markup that few readers open, compressed in the page: raw DEFLATE (RFC 1951) in base64, in a script element that no browser
 * runs. The page's script puts it in the place of `instead`, which is what paper and browsers without scripts show.
 */
export function packed(markup: Markup, instead: Markup): Markup {
  const bytes = deflateRawSync(markup.text, { level: 9 });
  return html`<div class="packed">${instead}<script type="application/octet-stream">${new Markup(bytes.toString('base64'))}</script></div>`;
}

/** Unpacks; part of the page's script. Only what comes near the eye is unpacked, so that opening every case stays quick. */
export const unpackScript = `
  async function unpack(holder) {
    seen.unobserve(holder);
    const bytes = Uint8Array.from(atob(holder.querySelector('script').textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const text = await new Response(stream).text();
    if (!holder.isConnected) return;
    const template = document.createElement('template');
    template.innerHTML = text;
    holder.replaceWith(template.content);
  }
  const seen = new IntersectionObserver((entries) => {
    // On paper every case is open: what was not looked at on the screen stays as it is.
    if (matchMedia('print').matches) return;
    for (const entry of entries) if (entry.isIntersecting) unpack(entry.target);
  }, { rootMargin: '400px' });
  for (const holder of all('.packed')) seen.observe(holder);
`;
