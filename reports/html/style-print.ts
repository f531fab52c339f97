/**
 * Paper, without any script: the verdict and its reasons, every case with why and proof, and the evidence of those that went
 * wrong or were opened. Closed details are opened by the style alone.
 */
export const printStyle = `
@media print{
@page{margin:14mm}
body{background:#fff;font-size:9pt}
.wrap{max-width:none;padding:0}
.filters,.masthead .buttons,.masthead nav,.skip,.copy,.turn,dialog{display:none!important}
.panel,.verdict,.case{break-inside:auto}
.case>details>summary,h2,h3,h5,tr,.messages>li{break-inside:avoid}
.case>details>summary,h2,h3,h5{break-after:avoid}
.case{content-visibility:visible!important;border-radius:0;margin:0;border-width:0 0 1px}
.case>details>summary{grid-template-columns:7rem 8rem 1fr auto;padding:.25rem 0}
.case-body{padding:.1rem 0 .5rem}
.case>details::details-content,.messages details::details-content,.area::details-content,.untested::details-content{content-visibility:visible;block-size:auto}
.about{grid-template-columns:7rem 1fr;gap:.1rem .75rem}
.case[data-verdicts=pass] .sentences,.case[data-verdicts=pass] dt:has(+.sentences),.case .aside,.case dt:has(+.aside){display:none}
.chip,.verdict-head,.bar,thead th,.strip,.map,.ladder,.time-bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow:visible!important;border:0!important;padding:0!important}
.scroll svg{max-width:100%;height:auto}
pre{max-height:none!important}
section{margin-bottom:1.2rem}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;
