import type { Banner } from './banners.ts';
import { navigation } from './navigation.ts';
import { postForm } from './parts/form.ts';
import { type Html, html } from './parts/html.ts';
import { icon } from './parts/icons.ts';
import { type Principal, roleTexts } from './role.ts';
import type { Page } from './visit.ts';

export type Theme = 'light' | 'dark' | 'system';

/** What stands around every page. */
export interface Frame {
  readonly who: Principal;
  readonly csrf: string;
  readonly theme: Theme;
  /** Changes with the content of the style sheet and the script. */
  readonly version: string;
  /** Enrollments that wait. */
  readonly pending: number;
  readonly banners: readonly Banner[];
  readonly said?: { readonly tone: 'good' | 'bad'; readonly text: string };
  readonly shownOnce?: { readonly what: string; readonly secret: string };
}

export function documentOf(theme: Theme, title: string, version: string, body: Html, script: boolean): string {
  const chosen = theme === 'system' ? '' : html` data-theme="${theme}"`;
  const scriptTag = script ? html`<script src="/assets/console.js?v=${version}" defer></script>` : '';
  return html`<!doctype html>
<html lang="en"${chosen}>
<head>
<meta charset="utf-8">
<title>${title} · Muster</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/console.css?v=${version}">
${scriptTag}
</head>
${body}
</html>
`.text;
}

export function renderPage({ title, under = '', body }: Page, frame: Frame): string {
  const { who, csrf, theme, version, pending, said, shownOnce } = frame;
  const content = html`<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<button class="menu" type="button" popovertarget="nav">${icon('menu')}<span>Menu</span></button>
<a class="brand" href="/">${mark}<span>Muster</span> <span class="brand-sub">Clearinghouse</span></a>
<div class="top-end">${themeForm(csrf, theme)}${account(who, csrf)}</div>
</header>
<nav id="nav" popover aria-label="Screens">${navigation(who.role, under, pending)}</nav>
<main id="main" tabindex="-1">
${frame.banners.map(bannerHtml)}
${said ? html`<div class="said ${said.tone}" role="status">${icon(said.tone === 'good' ? 'check' : 'warning')}<p>${said.text}</p></div>` : ''}
${shownOnce ? onceHtml(shownOnce) : ''}
${body}
</main>
<p class="live-status" role="status" data-live-status></p>
</body>`;
  return documentOf(theme, title, version, content, true);
}

const mark = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 19V7l8 6 8-6v12"/><path d="M4 3.500h16"/></svg>`;

function themeForm(csrf: string, theme: Theme): Html {
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  return postForm(
    csrf,
    '/theme',
    html`<button class="quiet" name="theme" value="${next[theme]}" title="Light, dark, or as the system">${icon('theme')}<span class="narrow-hidden">Theme: ${theme}</span></button>`,
  );
}

function account(who: Principal, csrf: string): Html {
  return html`<a class="who" href="/account" title="${roleTexts[who.role]}">${icon('user')}<span class="narrow-hidden">${who.name}, ${who.role}</span></a>${postForm(csrf, '/sign-out', html`<button class="quiet">${icon('leave')}<span class="narrow-hidden">Sign out</span></button>`)}`;
}

function bannerHtml({ tone, text, link }: Banner): Html {
  const more = link ? html` <a href="${link.href}">${link.text}</a>` : '';
  return html`<div class="banner ${tone}">${icon('warning')}<p>${text}${more}</p></div>`;
}

function onceHtml({ what, secret }: { what: string; secret: string }): Html {
  return html`<div class="once" role="status"><p>${what} It is shown this once: copy it now.</p><pre tabindex="0" data-copy>${secret}</pre></div>`;
}

/** The one page for who did not sign in. It needs no script. */
export function signInPage(frame: {
  readonly csrf: string;
  readonly theme: Theme;
  readonly version: string;
  readonly next: string;
  readonly problem?: string;
  readonly name?: string;
}): string {
  const { csrf, theme, version, next, problem, name = '' } = frame;
  const wrong =
    problem === undefined ? '' : html`<div class="said bad" role="alert">${icon('warning')}<p>${problem}</p></div>`;
  const form = postForm(
    csrf,
    '/sign-in',
    html`<input type="hidden" name="next" value="${next}">
<div class="field"><label for="name">Name</label><input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64" autofocus></div>
<div class="field"><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"></div>
<button class="primary">Sign in</button>`,
  );
  const body = html`<body class="sign-in">
<main id="main">
<p class="brand">${mark}<span>Muster</span> <span class="brand-sub">Clearinghouse</span></p>
<h1>Sign in</h1>
${wrong}
${form}
<p class="hint">The first administrator’s password was shown on the terminal where this server was first started.</p>
</main>
</body>`;
  return documentOf(theme, 'Sign in', version, body, false);
}
