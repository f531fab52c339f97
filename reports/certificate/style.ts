/** What the page of a certificate has beyond the report's style. */
export const certificateStyle = `
section>h3{margin:1.25rem 0 .5rem}
h2 .icon{width:1.1em;height:1.1em;vertical-align:-.15em;color:var(--unverified)}
.open{padding:.3rem 1.25rem}
.open>div{display:grid;grid-template-columns:9.5rem 1fr;gap:.1rem 1rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
.open>div:last-child{border:0}
.open dd{font-size:.875rem}
.verdict .reasons{padding-bottom:.9rem}
@media (max-width:44rem){.open{padding:.3rem .9rem}.open>div{grid-template-columns:1fr}}
@media print{.open>div{break-inside:avoid}}
`;
