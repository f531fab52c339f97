/** The cases and what they hold: ladders, messages, certificates, outputs. */
export const evidenceStyle = `
.group{margin:0 0 1.5rem}
.group>h3{margin:0 0 .5rem}
.group>h3 .muted{font-weight:400;font-size:.875rem}
.case{background:var(--surface);border:1px solid var(--line);border-radius:8px;margin:0 0 .25rem;content-visibility:auto;contain-intrinsic-size:auto 2.6rem}
.case>details>summary{display:grid;grid-template-columns:9.75rem 8rem 1fr auto auto;gap:.1rem .75rem;align-items:baseline;padding:.4rem 1rem;cursor:pointer;list-style:none;border-radius:8px}
summary::-webkit-details-marker{display:none}
.case>details>summary:focus-visible,.messages summary:focus-visible{outline-offset:-2px}
.case>details>summary:hover,.messages summary:hover,.more>summary:hover{background:var(--sunken)}
.case>details[open]>summary{border-bottom:1px solid var(--line);border-radius:8px 8px 0 0}
.case .chip{justify-self:start}
.case .id{font-weight:500}
.case h4{font-weight:450}
.case>details[open]>summary h4{font-weight:600}
.case:target{border-color:var(--link)}
.time{color:var(--muted);white-space:nowrap;text-align:right}
.turn{width:.7rem;height:.7rem;color:var(--muted);align-self:center;transition:transform .12s}
details[open]>summary>.turn{transform:rotate(90deg)}
.case-body{padding:.9rem 1rem 1.1rem}
.about{display:grid;grid-template-columns:9.75rem 1fr;gap:.45rem .75rem}
.about dt{padding-top:.1rem}
.about ul{list-style:none;padding:0}
.about li+li{margin-top:.5rem}
.about code{background:var(--sunken);border:1px solid var(--line);border-radius:5px;padding:.1rem .4rem;user-select:all;-webkit-user-select:all}
.plain-tag{display:inline-block;font-weight:500;font-size:.8125rem;border:1px solid var(--line);border-radius:5px;padding:0 .45rem;margin:0 .25rem .2rem 0;text-decoration:none}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}
.two ul,.two ol{padding-left:1.2rem;font-size:.9375rem}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--surface)}
.scroll svg{display:block;margin:0 auto}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.8125rem;color:var(--muted);margin-top:.4rem}
.legend span{display:inline-flex;gap:.4rem;align-items:center}
.messages{list-style:none;padding:0;border:1px solid var(--line);border-radius:8px;overflow:hidden}
.messages>li{border-bottom:1px solid var(--line)}
.messages>li:last-child{border:0}
.rung{display:grid;grid-template-columns:1.6rem minmax(11rem,auto) 4.6rem 1fr auto .7rem;gap:.1rem .75rem;align-items:baseline;padding:.35rem .8rem;font-size:.875rem}
summary.rung{cursor:pointer;list-style:none}
.rung .number{color:var(--muted);text-align:right;font-variant-numeric:tabular-nums}
.way{font-size:.75rem;font-weight:600;border:1px solid currentColor;border-radius:4px;padding:0 .35rem;justify-self:start;line-height:1.45;white-space:nowrap}
.way-tls{color:var(--tls)}
.way-cleartext{color:var(--cleartext);border-style:dashed}
.way-local{color:var(--local);border-style:dotted}
.decoded{padding:.2rem .8rem .8rem;background:var(--sunken)}
.fields{font-size:.8125rem}
.fields th{font-weight:550;color:var(--muted);width:13rem}
.fields th,.fields td{padding:.25rem .5rem .25rem 0}
.fields td{font-family:ui-monospace,"SF Mono","Cascadia Mono","DejaVu Sans Mono","Liberation Mono",monospace;font-size:.8125rem}
pre{margin:.5rem 0 0;padding:.7rem .9rem;background:var(--sunken);border:1px solid var(--line);border-radius:6px;font-size:.8125rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere;max-height:26rem;overflow-y:auto}
.decoded pre{background:var(--surface)}
.more{border:1px solid var(--line);border-radius:8px;margin:0 0 .4rem}
.more>summary{display:grid;grid-template-columns:1fr auto;align-items:baseline;gap:.75rem;padding:.35rem .8rem;cursor:pointer;font-size:.875rem;list-style:none;border-radius:8px}
.more>div{padding:.2rem .8rem .8rem}
.ladder text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;fill:var(--ink)}
.ladder .party{font-weight:600;text-anchor:middle}
.ladder .box{fill:var(--sunken);stroke:var(--line)}
.ladder .hostile{fill:var(--fail-ground);stroke:var(--fail)}
.ladder .life{stroke:var(--line);stroke-width:1.5}
.ladder .said{text-anchor:middle}
.ladder .note{fill:var(--muted);font-size:11px;text-anchor:middle}
.ladder .clock{fill:var(--muted);font-size:11px;text-anchor:end}
.ladder .end{text-anchor:end}
.ladder .start{text-anchor:start}
.arrow{fill:none;stroke-width:1.75}
.arrow-tls{stroke:var(--tls)}
.arrow-cleartext{stroke:var(--cleartext);stroke-dasharray:6 4}
.arrow-local{stroke:var(--local);stroke-dasharray:1.5 4;stroke-linecap:round}
.head-tls{fill:var(--tls)}
.head-cleartext{fill:var(--cleartext)}
.head-local{fill:var(--local)}
.ladder .pill{fill:var(--surface)}
.ladder .pill-tls{stroke:var(--tls)}
.ladder .pill-cleartext{stroke:var(--cleartext);stroke-dasharray:3 2}
.ladder .pill-local{stroke:none}
.ladder .on{font-size:10px;font-weight:600;text-anchor:middle}
.ladder .on-tls{fill:var(--tls)}
.ladder .on-cleartext{fill:var(--cleartext)}
.ladder .on-local{fill:var(--local);font-weight:500}
.ladder .band{fill:var(--sunken);stroke:var(--line);stroke-width:.5}
.ladder .band-stimulus{fill:var(--warn-ground);stroke:none}
.ladder .band-title{font-size:11px;font-weight:600}
.ladder .wrong .said,.ladder .wrong .start,.ladder .wrong .end{fill:var(--fail);font-weight:600}
.messages>.chapter{padding:.3rem .8rem;background:var(--sunken);font-size:.8125rem;font-weight:600}
.messages>.chapter.part-stimulus{background:var(--warn-ground);color:var(--warn)}
.parts{font-size:.875rem}
.parts th,.parts td{padding:.4rem .75rem}
.parts thead th:last-child{text-align:right}
.parts .part{font-size:.8125rem;font-weight:600;border:1px solid currentColor;border-radius:5px;padding:.05rem .45rem;white-space:nowrap}
.part-stimulus .part{color:var(--warn);background:var(--warn-ground)}
.part-control .part{color:var(--muted)}
.faulty>*{background:var(--ground)}
.faulty>th{color:var(--tone)!important;font-weight:650!important}
.faulty>th .icon{margin-right:.3rem;vertical-align:-.1em}
.good{display:block;color:var(--ink);font-family:system-ui,sans-serif;font-size:.8125rem}
.good::before{content:"↳ ";color:var(--muted)}
.fault-note{margin:.4rem 0;padding:.35rem .7rem;border-left:3px solid var(--tone);background:var(--ground);color:var(--ink);font-size:.875rem}
.fault-note strong{color:var(--tone)}
.fault-tag{white-space:normal;font-weight:500}
.page-end{color:var(--muted);font-size:.8125rem;padding:1rem 0 2.5rem;border-top:1px solid var(--line)}
@media screen and (max-width:44rem){
.wrap{padding:0 .8rem}
.case>details>summary{grid-template-columns:auto 1fr auto .7rem;padding:.55rem .8rem}
.case>details>summary h4{grid-column:1/-1;grid-row:2}
.about{grid-template-columns:1fr;gap:0}
.about dd{margin-bottom:.6rem}
.two{grid-template-columns:1fr}
.rung{grid-template-columns:1.6rem 1fr auto .7rem}
.rung .way{grid-column:2;grid-row:2}
.rung .said{grid-column:2/-1;grid-row:3}
.rung .parties{grid-column:2}
.fields,.fields tbody,.fields tr,.fields th,.fields td{display:block;width:auto;border:0}
.parts thead{display:none}
.parts,.parts tbody,.parts tr,.parts th,.parts td{display:block;border:0}
.parts tr{padding:.5rem .8rem;border-bottom:1px solid var(--line)}
.parts th,.parts td{padding:.1rem 0}
.parts td.time{text-align:left}
.fields tr{padding:.3rem 0;border-bottom:1px solid var(--line)}
.fields th,.fields td{padding:0}
.verdict-head,.reasons,.tally,.facts>div{padding-left:.9rem;padding-right:.9rem}
.reasons{padding-left:2rem}
}
`;
