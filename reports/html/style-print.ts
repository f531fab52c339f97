/**
 * Paper, without any script: the verdict and its reasons, every case with its proof, and the evidence of those that went wrong
 * or were opened. Closed details are opened by the style alone; raw bytes, grids and flaws are for the screen.
 */
export const printStyle = `
@media print{
@page{margin:14mm 14mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt system-ui,sans-serif;color:#57606a}}
html{font-size:72%}
body{background:#fff;font-size:9pt}
.wrap{max-width:none;padding:0}
.filters,.masthead .buttons,.masthead nav,.skip,.copy,.turn,dialog,.raw,.grid-none,section[aria-labelledby=mutants]{display:none!important}
.panel,.verdict,.case{break-inside:auto}
.case>details>summary,h2,h3,h5,tr,.rung,.findings li{break-inside:avoid}
.case>details>summary,h2,h3,h5{break-after:avoid}
.requirements,.case{content-visibility:visible!important}
.case{border-radius:0;margin:0;border-width:0 0 1px}
.case>details>summary{grid-template-columns:7.5rem 9rem 1fr auto;padding:.3rem 0}
.case>details[open]>summary{border-bottom:0}
.case-body{padding:0 0 .4rem}
.case>details::details-content,.messages details::details-content,.more::details-content{content-visibility:visible;block-size:auto}
.about{grid-template-columns:7.5rem 1fr;gap:.1rem .75rem}
.about dd{font-size:.875rem}
.case .aside,.case dt:has(+.aside){display:none}
.case[data-verdicts=pass] :is(.sentences,.expected),.case[data-verdicts=pass] dt:has(+:is(.sentences,.expected)){display:none}
.case[data-verdicts=pass]>details:not([open])>.case-body>:not(.about){display:none}
.chip,.verdict-head,.bar,thead th,.strip,.ladder,.time-bar,.faulty>*,.chapter,.fault-note,.part{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow:visible!important;border:0!important;padding:0!important}
.scroll svg{max-width:100%;height:auto}
pre{max-height:none!important}
section{margin-bottom:1.2rem}
}
`;
