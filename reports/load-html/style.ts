/** What a page of a load needs beside the style of every report. */
export const loadStyle = `
.charts{display:grid;gap:1rem}
.panel+.charts{margin-top:1rem}
.chart{padding:.9rem 1.25rem}
.chart figcaption{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;align-items:baseline;margin-bottom:.4rem}
.chart svg{display:block;width:100%;height:auto}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.8125rem;color:var(--muted)}
.legend li{display:flex;align-items:center;gap:.4rem}
.chart .key{width:1.5rem;height:.5rem}
.grid{stroke:var(--line);stroke-width:1}
.tick{fill:var(--muted);font-size:12px}
.left{text-anchor:end;dominant-baseline:middle}
.below{text-anchor:middle}
.last{text-anchor:end}
.line{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.first{stroke:var(--link)}
.second{stroke:var(--tls);stroke-dasharray:6 3}
.third{stroke:var(--cleartext);stroke-dasharray:2 3}
.bad{stroke:var(--fail)}
.failure{margin-bottom:.6rem}
.failure summary{padding:.6rem 1.25rem;cursor:pointer}
.failure pre{margin:0;padding:.8rem 1.25rem;background:var(--sunken);border-top:1px solid var(--line);white-space:pre-wrap;max-height:30rem;overflow:auto}
.holds{list-style:none;padding:0}
.holds li{display:flex;gap:.6rem;align-items:baseline;padding:.45rem 1.25rem;border-bottom:1px solid var(--line)}
.holds li:last-child{border:0}
.latencies{width:100%;margin:0}
.latencies th:first-child{padding-left:1.25rem;font-weight:550;white-space:nowrap}
.latencies tr>:last-child,.latencies thead th:last-child{padding-right:1.25rem}
.latencies .worse td:last-child{color:var(--fail);font-weight:550}
.latencies .better td:last-child{color:var(--pass);font-weight:550}
`;
