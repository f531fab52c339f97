import { caseVerdicts } from '../run-record.ts';
import { dark, light, propertiesOf } from './palette.ts';
import { evidenceStyle } from './style-evidence.ts';
import { matrixStyle } from './style-matrix.ts';
import { printStyle } from './style-print.ts';

const verdictClasses = caseVerdicts
  .map((verdict) => `.v-${verdict}{--tone:var(--${verdict});--ground:var(--${verdict}-ground)}`)
  .join('\n');

/** Dark is for screens only: paper is white. */
const themes = `
:root{color-scheme:light;${propertiesOf(light)}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${propertiesOf(dark)}}}
@media screen{:root[data-theme=dark]{color-scheme:dark;${propertiesOf(dark)}}}
`;

const page = `
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:calc(var(--bar,0px) + .75rem);-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:anywhere}
code,pre,kbd,.id,.time{font-family:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono","Liberation Mono",monospace;font-size:.875em}
h1,h2,h3,h4,h5,p,ul,ol,dl,dd,figure,blockquote{margin:0}
h1{font-size:1.625rem;line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.008em}
h3{font-size:1rem;font-weight:650}
h4{font-size:.9375rem;font-weight:550;line-height:1.4}
h5{font-size:.8125rem;font-weight:650;color:var(--muted);margin:1.25rem 0 .4rem}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.wrap{max-width:80rem;margin:0 auto;padding:0 1.25rem}
.skip{position:absolute;left:-99rem;top:.5rem;z-index:9;background:var(--surface);padding:.4rem .8rem;border-radius:6px}
.skip:focus{left:.5rem}
.hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.muted{color:var(--muted)}
.small{font-size:.8125rem}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:10px}
section{margin:0 0 2.25rem}
section>h2{margin:0 0 .75rem}
section>p{margin:0 0 .75rem}
:root:not(.js) .js-only{display:none}
`;

const masthead = `
.masthead{padding:1.75rem 0 1.25rem}
.masthead .wrap{display:grid;grid-template-columns:1fr auto;gap:.2rem 1.5rem;align-items:start}
.masthead h1,.kicker{grid-column:1}
.kicker{font-size:.8125rem;color:var(--muted);font-weight:550}
.masthead .meta,.masthead nav{grid-column:1/-1;color:var(--muted);font-size:.875rem}
.masthead nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin-top:.5rem}
.masthead button,.masthead .buttons{grid-row:1/3;grid-column:2}
@media screen and (max-width:44rem){.masthead h1{grid-column:1/-1}.masthead button,.masthead .buttons{grid-row:1}}
button,select,input[type=search]{font:inherit;font-size:.875rem;color:var(--ink);background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:.3rem .65rem;min-height:2.1rem}
button{cursor:pointer}
button:hover,select:hover{border-color:var(--muted)}
.verdict{border-radius:10px;border:1px solid color-mix(in srgb,var(--tone) 30%,var(--line));background:var(--surface);overflow:hidden;margin-bottom:1.25rem}
.verdict-head{display:grid;grid-template-columns:auto 1fr;gap:.1rem .9rem;padding:1.1rem 1.25rem;background:var(--ground)}
.verdict-head .icon{width:2.5rem;height:2.5rem;grid-row:1/3;align-self:center;color:var(--tone)}
.verdict-head h2{color:var(--tone);font-size:1.5rem;margin:0}
.reasons{padding:.9rem 1.25rem .2rem 2.4rem}
.reasons li{margin:.15rem 0}
.reasons a,.findings a{white-space:nowrap}
.warning{margin:1rem 1.25rem 0;padding:.7rem .9rem;border-radius:8px;border:1px solid var(--fail);background:var(--fail-ground);color:var(--fail)}
.bar{display:block;width:100%;height:8px;border-radius:4px;margin:.9rem 0 .6rem}
.counts{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.875rem;font-variant-numeric:tabular-nums}
.counts li{display:flex;align-items:center;gap:.35rem}
.counts .icon{color:var(--tone)}
.tally{padding:0 1.25rem 1rem}
${verdictClasses}
.icon{width:1em;height:1em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.fill{fill:var(--tone)}
.chip{display:inline-flex;align-items:center;gap:.3rem;padding:.05rem .5rem;border-radius:5px;background:var(--ground);color:var(--tone);font-size:.8125rem;font-weight:550;line-height:1.5;text-decoration:none;white-space:nowrap}
a.chip:hover{box-shadow:inset 0 0 0 1px currentColor}
.facts{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;overflow:hidden;margin-bottom:2.25rem}
.facts>div{box-shadow:1px 0 0 var(--line),0 1px 0 var(--line);padding:.7rem 1.25rem}
dt{font-size:.8125rem;color:var(--muted)}
@media screen and (max-width:70rem){.facts{grid-template-columns:1fr 1fr}}
@media screen and (max-width:44rem){.facts{grid-template-columns:1fr}}
.facts .wide{grid-column:1/-1}
.choices{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;list-style:none;padding:0}
`;

const tables = `
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{font-size:.8125rem;font-weight:600;color:var(--muted);background:var(--sunken)}
caption{text-align:left}
.numbers{width:auto;margin:0 0 1rem;font-variant-numeric:tabular-nums}
.numbers th,.numbers td{padding:.25rem 1.5rem .25rem 0;background:none;border-color:var(--line)}
.numbers td,.numbers thead th:not(:first-child){text-align:right;padding:.25rem 0 .25rem 1.5rem}
.words td,.words thead th:not(:first-child){text-align:left}
.requirements{overflow:hidden;content-visibility:auto;contain-intrinsic-size:auto 60rem}
.requirements th[scope=row]{white-space:nowrap;font-weight:550;width:7.5rem}
.requirements td:last-child{width:32%}
.level{display:block;font-size:.75rem;font-weight:500;color:var(--muted)}
.citation{color:var(--muted);font-size:.8125rem}
.chips{display:flex;flex-wrap:wrap;gap:.3rem;list-style:none;padding:0}
.why{color:var(--muted);font-style:italic}
blockquote{border-left:3px solid var(--line);padding-left:.7rem;color:var(--muted);font-size:.875rem;margin:.3rem 0}
.quote summary{font-size:.8125rem;color:var(--muted);cursor:pointer;width:fit-content}
@media screen and (max-width:44rem){
.requirements thead{display:none}
.requirements table,.requirements tbody,.requirements tr,.requirements th,.requirements td{display:block;width:auto!important;border:0;padding:0}
.requirements tr{padding:.7rem .9rem;border-bottom:1px solid var(--line)}
.requirements th[scope=row]{padding-bottom:.15rem}
.requirements .level{display:inline;margin-left:.5rem}
.requirements td:last-child{padding-top:.4rem}
}
`;

const filters = `
.filters{position:sticky;top:0;z-index:5;background:var(--page);border-bottom:1px solid var(--line);margin:0 0 1.5rem;padding:.6rem 0}
.filters .wrap{display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:center}
.filters input[type=search]{flex:1 1 20rem;min-width:0}
.filters fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.3rem;min-width:0}
.filters label.toggle{display:inline-flex;align-items:center;gap:.3rem;cursor:pointer;font-size:.8125rem;border:1px solid var(--line);border-radius:6px;padding:.25rem .5rem;background:var(--surface);min-height:2.1rem}
.toggle .icon{color:var(--tone)}
.toggle:has(:checked){background:var(--ground);color:var(--tone);border-color:currentColor}
.toggle:has(:focus-visible){outline:2px solid var(--link);outline-offset:2px}
.filters output{color:var(--muted);font-size:.8125rem;font-variant-numeric:tabular-nums;margin-left:auto}
@media screen and (max-width:60rem){.filters{position:static}html{scroll-padding-top:.75rem}}
.findings{list-style:none;padding:0}
.findings li{display:grid;grid-template-columns:9.5rem 1fr;gap:.1rem 1rem;padding:.7rem 1.25rem;border-bottom:1px solid var(--line)}
.findings li:last-child{border:0}
.findings .chip{justify-self:start;align-self:start}
.findings p{grid-column:2;font-size:.875rem}
.findings a{font-weight:550}
@media screen and (max-width:44rem){.findings li{grid-template-columns:1fr;padding:.7rem .9rem}.findings p{grid-column:1}}
`;

/** The whole style sheet; it refers to nothing outside. */
export const style = [themes, page, masthead, tables, filters, matrixStyle, evidenceStyle, printStyle]
  .join('')
  .replace(/\n+/g, '\n');
