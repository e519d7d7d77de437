/**
 * Of the page and its plots. The colours of data have the hues of Okabe and Ito; their lightness is set so that each
 * stands out from the page by 4:1 or more, and any two stay apart for the colour-blind.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #16191f; --muted: #5a6270; --grid: #e7e9ee; --axis: #a9b0bb; --rule: #d9dde4; --tint: #f3f6fb;
  --policy: #0059a3; --threshold: #c2500a; --review: #008f68;
  --first: var(--policy); --second: var(--threshold); --third: #b0609a; --fourth: #39414f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #11141a; --ink: #eceef2; --muted: #a3abb8; --grid: #262b34; --axis: #5f6876; --rule: #303642; --tint: #1a202a;
    --policy: #4aa3f0; --threshold: #f5954a; --review: #3ad6a6;
    --third: #c77fb0; --fourth: #e4e8ee;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 56px 32px 72px; max-width: 1184px; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1, h2, p, dl, dd, ul, figure { margin: 0; padding: 0; }
h1 { font-size: 40px; line-height: 1.15; letter-spacing: -0.02em; font-weight: 700; }
h2 { font-size: 22px; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; text-wrap: balance; }
b, strong { font-weight: 650; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875em; }
a { color: var(--policy); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--policy); outline-offset: 3px; }
.kind { color: var(--policy); font-weight: 650; font-size: 14px; margin-bottom: 6px; }
.subject { color: var(--muted); margin-top: 10px; }
nav { margin-top: 22px; border-block: 1px solid var(--rule); padding: 10px 0; font-size: 14.5px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 24px; }
nav a { color: var(--ink); text-decoration: none; }
nav a:hover { color: var(--policy); text-decoration: underline; }
section { padding: 44px 0; border-bottom: 1px solid var(--rule); display: grid; grid-template-columns: 304px minmax(0, 1fr); gap: 24px 64px; align-items: start; scroll-margin-top: 8px; }
section.result, section.full { display: block; }
.result h2 { font-size: 32px; line-height: 1.25; letter-spacing: -0.02em; max-width: 26em; margin-bottom: 36px; }
.result h2 em { font-style: normal; color: var(--policy); }
.full .text { max-width: 76ch; margin-bottom: 28px; }
.text p { color: var(--muted); margin-top: 12px; }
.text b { color: var(--ink); }
.body > * + * { margin-top: 32px; }
.tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 20px 32px; margin-bottom: 40px; }
.tiles > div { border-top: 3px solid var(--policy); padding-top: 12px; }
.tiles > div:last-child { border-color: var(--review); }
.tiles dt, .scores dt { font-size: 14.5px; font-weight: 600; }
.tiles dd, .scores dd { font-size: 14px; line-height: 1.45; color: var(--muted); }
.tiles .figure { font-size: 42px; line-height: 1.2; letter-spacing: -0.03em; font-weight: 650; color: var(--ink); }
.figure small { font-size: 16px; letter-spacing: 0; font-weight: 500; color: var(--muted); }
figcaption { font-size: 15px; margin-bottom: 14px; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 22px; margin-top: 4px; font-size: 14px; color: var(--muted); }
.keys li { display: flex; align-items: center; gap: 8px; }
.keys svg { flex: none; }
.plot { display: block; width: 100%; height: auto; }
.wide > .plot { max-width: 760px; }
.narrow { display: none; }
.pair { display: grid; grid-template-columns: minmax(0, 440px) minmax(0, 1fr); gap: 24px 44px; }
.halves { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 48px 64px; }
.halves .plot { max-width: 480px; }
.scores { display: grid; gap: 18px 28px; align-content: start; }
.scores dt + dd { font-size: 24px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; color: var(--ink); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; line-height: 1.4; }
caption { text-align: left; font-weight: 650; font-size: 15px; padding: 0 0 8px; }
th, td { text-align: left; vertical-align: baseline; padding: 8px 18px 8px 0; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; font-size: 13.5px; color: var(--muted); vertical-align: bottom; }
tbody th { font-weight: 500; }
.figures { text-align: right; white-space: nowrap; }
.marked > * { background: var(--tint); }
.marked > :first-child { box-shadow: inset 3px 0 0 var(--policy); padding-left: 12px; }
.marked > th { font-weight: 650; }
.bar { display: block; height: 12px; min-width: 2px; }
td.bars { width: 30%; min-width: 110px; }
.interval { display: block; }
td:has(> .interval) { vertical-align: middle; }
.tag { display: inline-block; margin-left: 6px; padding: 1px 8px; border-radius: 99px; background: var(--policy); color: var(--page); font-size: 12px; font-weight: 650; white-space: nowrap; }
small { font-size: 12.5px; color: var(--muted); }
abbr { text-decoration: none; cursor: help; }
details { margin-top: 10px; font-size: 14px; }
summary { cursor: pointer; color: var(--muted); width: fit-content; }
summary:hover { color: var(--policy); }
details .scroll { margin-top: 12px; max-height: 420px; overflow: auto; }
.note { color: var(--muted); font-size: 14px; margin-top: 8px !important; }
footer { padding-top: 40px; color: var(--muted); font-size: 14.5px; }
footer h2 { font-size: 17px; color: var(--ink); margin-bottom: 10px; }
footer ul { padding-left: 20px; max-width: 92ch; }
footer li { margin-bottom: 4px; overflow-wrap: anywhere; }
footer p { margin-top: 22px; }
pre { margin: 8px 0 0; padding: 12px 14px; background: var(--tint); color: var(--ink); overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 980px) {
  section { grid-template-columns: minmax(0, 1fr); }
  .text { max-width: 68ch; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
@media (max-width: 640px) {
  body { padding: 28px 20px 48px; }
  h1 { font-size: 32px; }
  .result h2 { font-size: 24px; }
  section { padding: 32px 0; }
  .tiles { gap: 24px 20px; }
  .tiles .figure { font-size: 30px; }
  .pair, .halves { grid-template-columns: minmax(0, 1fr); }
  .scores { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  th, td { padding-right: 12px; }
  tbody th { min-width: 112px; }
  thead .figures { white-space: normal; }
  .bars { display: none; }
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  :root { color-scheme: light; }
  body { padding: 0; max-width: none; font-size: 11pt; }
  nav, details { display: none; }
  section { grid-template-columns: minmax(0, 1fr); padding: 18pt 0; }
  section, figure, tr, dl { break-inside: avoid; }
  h2, caption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 9pt; }
  .interval { width: 90pt; height: auto; }
  .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .tiles .figure { font-size: 26pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
