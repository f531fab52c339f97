/** Requirement by case, durations, the list of keys. */
export const matrixStyle = `
.areas{overflow:hidden}
.area{border-bottom:1px solid var(--line)}
.area:last-child{border:0}
.area>summary{display:grid;grid-template-columns:3.2rem 1fr auto;gap:.15rem .75rem;align-items:baseline;padding:.5rem 1.25rem .6rem;cursor:pointer;list-style:none}
.area>summary:hover{background:var(--sunken)}
.area>summary:focus-visible{outline-offset:-2px}
.area .id{font-weight:600}
.area-name{font-weight:550}
.area-name .muted{font-weight:400;margin-left:.4rem}
.area-tally{display:flex;flex-wrap:wrap;gap:.1rem .8rem;font-size:.8125rem;font-variant-numeric:tabular-nums;justify-content:flex-end}
.tone{display:inline-flex;align-items:center;gap:.25rem;color:var(--tone)}
.strip{grid-column:2/-1;display:flex;flex-wrap:wrap;gap:.2rem .3rem}
.area .scroll{border-width:1px 0 0;border-radius:0;padding:.25rem 1.25rem}
.area .scroll svg{margin:0}
.grid-none{padding:.4rem 1.25rem .8rem 5.2rem}
.map-mark{fill:var(--ground);stroke:var(--tone);stroke-width:.75}
.map-icon{fill:none;stroke:var(--tone);stroke-width:2.25;stroke-linecap:round;stroke-linejoin:round}
.map-none{fill:none;stroke:var(--muted);stroke-dasharray:2 1.5}
.map a:hover .map-mark{stroke-width:2}
.map-row{fill:transparent}
.map-row:nth-of-type(even){fill:var(--sunken)}
.map-text{font:10px ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono","Liberation Mono",monospace;fill:var(--ink)}
.map a:hover .map-text{fill:var(--link);text-decoration:underline}
.map-why{fill:var(--muted);font-style:italic;font-family:system-ui,sans-serif}
.slowest{width:100%;display:table;border-spacing:0}
.slowest th[scope=row]{font-weight:450}
.slowest td{white-space:nowrap;font-variant-numeric:tabular-nums}
.time-bar{vertical-align:middle;margin-right:.6rem}
.time-all{fill:var(--line)}
.time-device{fill:var(--tls)}
dialog{color:var(--ink);background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.4rem;max-width:26rem}
dialog::backdrop{background:#0008}
dialog dl{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;margin:.75rem 0}
dialog dd{margin:0}
dialog label{font-size:.875rem}
dialog form{margin-top:.9rem;text-align:right}
kbd{border:1px solid var(--line);border-bottom-width:2px;border-radius:4px;padding:.05rem .4rem;background:var(--sunken);color:var(--ink)}
.mutants td:nth-of-type(1){color:var(--ink)}
h4 .plain-tag{margin-left:.5rem;color:var(--warn);border-color:currentColor}
.warning ul{margin:.3rem 0 0;padding-left:1.2rem}
.warning+.warning{margin-top:.6rem}
.copy{min-height:0;padding:.05rem .5rem;font-size:.75rem}
.packed-note{font-size:.875rem;margin-top:.9rem}
.untested{margin-bottom:1rem;background:var(--surface)}
.untested ul{padding:.2rem .8rem .8rem 2rem;margin:0}
.untested li{margin:.35rem 0}
@media screen and (max-width:44rem){
#keys-button{display:none}
.area>summary{grid-template-columns:auto 1fr;padding:.5rem .9rem}
.area-tally{grid-column:1/-1;justify-content:flex-start}
.strip{grid-column:1/-1}
.slowest,.slowest tbody,.slowest tr,.slowest th,.slowest td{display:block}
.slowest thead{display:none}
.slowest td:last-child{display:none}
}
`;
