import { contentPolicy } from './content-policy.ts';
import { iconSymbols } from './icons.ts';
import { html, Markup } from './markup.ts';
import { themeButtonScript, themeScript } from './script.ts';
import { style } from './style.ts';

interface DocumentParts {
  readonly title: string;
  /** Above the heading: what kind of report it is. */
  readonly kicker: string;
  readonly heading: string;
  /** Below the heading. */
  readonly meta: Markup;
  /** What the page is made of. */
  readonly footer: string;
  /** Beside the style of every report. */
  readonly moreStyle?: string;
}

type Body = readonly (Markup | undefined)[];

/** What a reader can do with a page, beside choosing its theme. */
interface Interaction {
  /** For the keyboard, past what stands above the body. */
  readonly skipLink: Markup;
  /** Beside the theme's. */
  readonly buttons: Markup;
  readonly navigation: Markup;
  /** What is not in sight until it is asked for. */
  readonly dialog: Markup;
  /** Handles the theme's button, too. */
  readonly script: string;
}

/** A page without anything to do but to choose its theme. */
export function page({ body, ...parts }: DocumentParts & { readonly body: Body }): string {
  return htmlDocument({ ...parts, main: band(body) });
}

/** What stands below one another, as wide as a reader likes it. */
export function band(body: Body): Markup {
  return html`<div class="wrap">${body.filter((part) => part !== undefined)}</div>`;
}

/** One HTML file that needs nothing else: readable without scripts, offline, on paper. */
export function htmlDocument({
  title,
  kicker,
  heading,
  meta,
  main,
  footer,
  moreStyle = '',
  interaction,
}: DocumentParts & { readonly main: Markup; readonly interaction?: Interaction }): string {
  const whole = style + moreStyle;
  const script = interaction?.script ?? themeButtonScript;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentPolicy(whole, themeScript, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Muster</title>
<link rel="icon" href="data:,">
<style>${new Markup(whole)}</style>
<script>${new Markup(themeScript)}</script>
</head>
<body>
${interaction?.skipLink}
${iconSymbols}
<header class="masthead"><div class="wrap">
<p class="kicker">${kicker}</p>
<h1>${heading}</h1>
<p class="buttons js-only">${interaction?.buttons} <button type="button" id="theme">Theme</button></p>
<p class="meta">${meta}</p>
${interaction?.navigation}
</div></header>
<main>${main}</main>
<footer class="page-end"><div class="wrap">${footer}</div></footer>
${interaction?.dialog}
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}
