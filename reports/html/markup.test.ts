import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anchor, anchorLink, durationText, escapeHtml, html } from './markup.ts';
import { dark, light, type Palette } from './palette.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const text = fc.string({ unit: 'binary' });

test('a string that enters a template stays inside its element and its attribute', () => {
  assert.equal(
    html`<p title="${'"><script>'}">${"</p><b>&'"}</p>`.text,
    '<p title="&quot;&gt;&lt;script&gt;">&lt;/p&gt;&lt;b&gt;&amp;&#39;</p>',
  );
  fc.assert(
    fc.property(text, (hostile) => assert.doesNotMatch(escapeHtml(hostile), /[<>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/)),
    { seed },
  );
});

test('markup goes in as it is, lists are joined, undefined is nothing', () => {
  const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
  assert.equal(html`<ul>${items}</ul>${undefined}${3}`.text, '<ul><li>a</li><li>&lt;</li></ul>3');
});

test('what a reader would miss is shown', () => {
  assert.equal(escapeHtml('a\0b\u001b[2J'), 'a␀b␛[2J');
  assert.equal(escapeHtml('gw\u202Emoc.elpmaxe'), 'gw⟨U+202E⟩moc.elpmaxe');
  assert.equal(escapeHtml('kept\r\n\tas it is'), 'kept\n\tas it is');
});

test('an anchor is an id that HTML allows, and its link leads to it', () => {
  assert.equal(anchorLink('DEV-TLS-001'), '#DEV-TLS-001');
  fc.assert(
    fc.property(text, (id) => {
      assert.doesNotMatch(anchor(id), /\s/);
      assert.equal(decodeURIComponent(anchorLink(id).slice(1)), anchor(id));
    }),
    { seed },
  );
});

test('durations are said as people say them', () => {
  assert.deepEqual([182, 5021, 123_400].map(durationText), ['182 ms', '5.0 s', '2 min 3 s']);
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

test('every text has the contrast of WCAG AA on every ground that it stands on, light and dark', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.ok(contrast('#999999', '#ffffff') < 4.5);
  for (const palette of [light, dark] satisfies Palette[]) {
    const pairs: [string, string][] = [palette.page, palette.surface, palette.sunken].flatMap((ground) =>
      [palette.ink, palette.muted, palette.link, palette.tls, palette.cleartext, palette.local].map(
        (ink): [string, string] => [ink, ground],
      ),
    );
    for (const { text: ink, ground } of Object.values(palette.verdicts)) {
      pairs.push([ink, ground], [ink, palette.surface], [palette.ink, ground]);
    }
    for (const [ink, ground] of pairs) assert.ok(contrast(ink, ground) >= 4.5, `${ink} on ${ground}`);
  }
});
