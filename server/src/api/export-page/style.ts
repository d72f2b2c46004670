/** How the page looks: the colours, type and space of docs/DESIGN.md, on screens of every width, light and dark, and on paper. */
export const STYLE = `
:root{color-scheme:light dark;
--canvas:light-dark(#f7f8fa,#0f1216);--surface:light-dark(#fff,#161a20);--sunken:light-dark(#eff1f4,#12161b);
--line:light-dark(#e1e5eb,#272e38);--line-strong:light-dark(#8a93a1,#67717f);
--ink:light-dark(#171b21,#e8ebef);--ink-soft:light-dark(#4a5361,#b3bcc8);--ink-faint:light-dark(#5c6675,#929cab);
--accent:light-dark(#4353c9,#9aa8ff);--accent-wash:light-dark(#eceefb,#20264a);
--critical:light-dark(#b3152a,#ff8f9a);--critical-wash:light-dark(#fdecee,#3a171d);
--high:light-dark(#a63c06,#ffa36b);--high-wash:light-dark(#fdf0e7,#38200f);
--medium:light-dark(#7d5600,#e9bd55);--medium-wash:light-dark(#fbf3dd,#2f260e);
--low:light-dark(#33587a,#8fbbe0);--low-wash:light-dark(#e9f1f8,#172735);
--info:var(--ink-faint);--info-wash:var(--sunken);
--good:light-dark(#1c6b3c,#74d39a);--good-wash:light-dark(#e6f5ec,#122a1c);
--font:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"Liberation Mono",monospace}
*,*::before,*::after{box-sizing:border-box}
html{background:var(--canvas);color:var(--ink);font:14px/1.5 var(--font);font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1200px;padding:32px 24px 48px;overflow-wrap:anywhere}
h1,h2,h3,p,ul,ol,dl,dd,pre,figure{margin:0;padding:0}
ul,ol{list-style:none}
h1{margin:4px 0;font-size:24px;line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:16px;line-height:1.4;font-weight:600}
h3{margin-top:16px;font-size:14px;font-weight:600}
a{color:var(--accent);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:6px}
.standing{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;color:var(--ink-faint);font-size:12px}
.badge{display:inline-flex;align-items:center;gap:6px;padding:2px 10px;border-radius:12px;font-size:14px;font-weight:600}
.badge i{font-style:normal;font-size:11px}
.critical{color:var(--critical);background:var(--critical-wash)}.high{color:var(--high);background:var(--high-wash)}
.medium{color:var(--medium);background:var(--medium-wash)}.low{color:var(--low);background:var(--low-wash)}
.info{color:var(--info);background:var(--info-wash)}.resolved{color:var(--good);background:var(--good-wash)}
.open,.regressed,.acknowledged{color:var(--ink-soft);background:var(--sunken)}
.kind,.faint{color:var(--ink-faint)}
.small{font-size:12px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;margin:24px 0}
.facts dt{color:var(--ink-faint);font-size:12px}
.facts dd{font-size:16px;font-weight:600}
.facts dd.small{font-size:12px;font-weight:400}
.columns{display:grid;grid-template-columns:minmax(0,1fr) 320px;gap:16px;align-items:start}
.columns>div{display:grid;gap:16px;min-width:0}
section{min-width:0;padding:16px;background:var(--surface);border:1px solid var(--line);border-radius:10px}
section>h2{display:flex;justify-content:space-between;gap:16px;margin-bottom:12px}
section>h2 .small{align-self:center;font-weight:400}
.why>p{font-size:16px}
.quote{display:block;margin-top:4px;padding:6px 12px;background:var(--sunken);border-left:3px solid var(--line-strong);border-radius:0 6px 6px 0;color:inherit;text-decoration:none}
.quote:hover{border-left-color:var(--accent)}
.why .quotes{margin-top:12px}
code,pre,.mono{font:13px/1.5 var(--mono)}
ol.steps{margin-top:4px;padding-left:24px;list-style:decimal}
ol.steps li::marker{color:var(--ink-faint)}
ul.rows>li+li,.moments>li+li{border-top:1px solid var(--line)}
ul.rows>li{padding:8px 0}
ul.rows>li:first-child{padding-top:0}
ul.rows>li:last-child{padding-bottom:0}
.day{margin:12px 0 4px;color:var(--ink-faint);font-size:12px;font-weight:600}
.moments>li{display:grid;grid-template-columns:72px minmax(0,1fr);gap:0 12px;padding:6px 0}
.moments time{color:var(--ink-faint);font-size:12px;line-height:21px}
.moments .ours{font-weight:600}
table{width:100%;border-collapse:collapse;text-align:left}
th{padding:4px 12px 4px 0;color:var(--ink-faint);font-size:12px;font-weight:400;border-bottom:1px solid var(--line)}
td{padding:6px 12px 6px 0;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
td.time{white-space:nowrap;color:var(--ink-faint);font-size:12px;line-height:21px}
td.count,th.count{text-align:right;padding-right:0;white-space:nowrap}
.diff{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:4px;margin-top:4px}
.diff .field{grid-column:1/-1;color:var(--ink-faint);font-size:12px}
.diff code{padding:4px 8px;border-radius:6px;background:var(--sunken);white-space:pre-wrap}
.diff .before{background:var(--critical-wash)}.diff .after{background:var(--good-wash)}
details{border-top:1px solid var(--line)}
h2+details,h3+details{border-top:0}
summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 8px;padding:8px 0;min-height:37px;cursor:pointer}
summary::before{content:"▸";width:12px;color:var(--ink-faint)}
details[open]>summary::before{content:"▾"}
summary::-webkit-details-marker{display:none}
summary b{font-weight:600}
pre{margin-bottom:12px;padding:12px;max-height:480px;overflow:auto;background:var(--sunken);border-radius:6px;white-space:pre-wrap;scroll-margin-top:16px}
mark{padding:1px 2px;margin:0 -2px;border-radius:3px;background:var(--medium-wash);color:inherit;box-shadow:inset 0 -2px var(--medium)}
:target{outline:2px solid var(--accent);outline-offset:2px}
.missing{padding:0 0 12px 20px;color:var(--ink-faint)}
footer{margin-top:24px;color:var(--ink-faint);font-size:12px}
footer p+p{margin-top:4px}
@media (max-width:860px){.columns{grid-template-columns:minmax(0,1fr)}}
@media (max-width:640px){body{padding:16px 12px 32px}
.facts{grid-template-columns:1fr 1fr;gap:12px 16px;margin:16px 0}
summary{min-height:44px;align-items:center}
.moments>li{grid-template-columns:60px minmax(0,1fr);gap:0 8px}
table,tbody,tr,td{display:block}thead{display:none}
tr{padding:8px 0;border-bottom:1px solid var(--line)}tr:last-child{border-bottom:0}
td{padding:0;border:0}td.count{text-align:left}td.count::before{content:"Count: ";color:var(--ink-faint)}}
@media print{:root{color-scheme:light}html{background:#fff}body{max-width:none;padding:0}
section{border-color:#ccc;break-inside:auto}h2,h3,summary{break-after:avoid}li,tr{break-inside:avoid}
.columns{display:block}.columns>div{display:block}section{margin-bottom:12px}
pre{max-height:none;overflow:visible}
details:not([open])::details-content{content-visibility:visible;block-size:auto}
.critical,.high,.medium,.low,.info,.resolved,mark,.quote,.diff code{print-color-adjust:exact}}
`;
