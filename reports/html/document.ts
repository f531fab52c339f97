import { contentPolicy } from './content-policy.ts';
import { iconSymbols } from './icons.ts';
import { html, Markup } from './markup.ts';
import { themeButtonScript, themeScript } from './script.ts';
import { style } from './style.ts';

/** A page without anything to do but to choose its theme. */
interface PageParts {
  readonly title: string;
  /** Above the heading: what kind of report it is. */
  readonly kicker: string;
  readonly heading: string;
  /** Below the heading. */
  readonly meta: Markup;
  readonly body: readonly (Markup | undefined)[];
  /** What the page is made of. */
  readonly footer: string;
  /** Beside the style of every report. */
  readonly moreStyle?: string;
}

/** One HTML file that needs nothing else: readable without scripts, offline, on paper. */
export function page({ title, kicker, heading, meta, body, footer, moreStyle = '' }: PageParts): string {
  const whole = style + moreStyle;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentPolicy(whole, themeScript, themeButtonScript))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Muster</title>
<link rel="icon" href="data:,">
<style>${new Markup(whole)}</style>
<script>${new Markup(themeScript)}</script>
</head>
<body>
${iconSymbols}
<header class="masthead"><div class="wrap">
<p class="kicker">${kicker}</p>
<h1>${heading}</h1>
<p class="buttons js-only"><button type="button" id="theme">Theme</button></p>
<p class="meta">${meta}</p>
</div></header>
<main><div class="wrap">${body.filter((part) => part !== undefined)}</div></main>
<footer class="page-end"><div class="wrap">${footer}</div></footer>
<script>${new Markup(themeButtonScript)}</script>
</body>
</html>
`.text;
}
