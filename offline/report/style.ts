/** The look of the report: light and dark by the reader's setting, and fit for paper. */
const LIGHT = {
  page: "#f5f6f8",
  card: "#ffffff",
  soft: "#f0f2f5",
  text: "#17202c",
  muted: "#5b6675",
  line: "#dbe0e7",
  good: "#1c7c4c",
  warn: "#9a5b00",
  bad: "#b3261e",
  foundation: "#33669f",
  data: "#137a6d",
  compute: "#a5650a",
  serving: "#7048bd",
  learning: "#b83a72",
  observability: "#47802b",
  other: "#647080",
};
const DARK: typeof LIGHT = {
  page: "#0e1217",
  card: "#161b22",
  soft: "#1d242d",
  text: "#e3e8ef",
  muted: "#97a3b2",
  line: "#2b333e",
  good: "#5cc58d",
  warn: "#e3a54a",
  bad: "#f2857c",
  foundation: "#78abe0",
  data: "#51c2b2",
  compute: "#dfa654",
  serving: "#ab8df0",
  learning: "#ec82b0",
  observability: "#8fc870",
  other: "#9aa6b5",
};

function variables(colours: Record<string, string>): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");
}

const LAYER_COLOURS = ["foundation", "data", "compute", "serving", "learning", "observability", "other"]
  .map((layer) => `.${layer}{--layer:var(--${layer})}`)
  .join("\n");

function moods(selector: string, property: string): string {
  const colours = { good: "var(--good)", warn: "var(--warn)", bad: "var(--bad)", plain: "var(--muted)" };
  return Object.entries(colours)
    .map(([mood, colour]) => `${selector}.${mood}{${property}:${colour}}`)
    .join("\n");
}

export const STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${LAYER_COLOURS}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:16px}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1280px;margin:0 auto;padding:28px 24px 56px}
h1{font-size:26px;line-height:1.2;margin:0;letter-spacing:-.01em}
h1 span{color:var(--muted);font-weight:400}
h2{font-size:18px;margin:40px 0 12px;letter-spacing:-.005em}
h3{font-size:14px;margin:24px 0 8px;text-transform:capitalize;color:var(--layer,var(--text))}
p{margin:6px 0;max-width:76ch}
a{color:inherit}
code,pre,.mono{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.muted{color:var(--muted)}
header p{color:var(--muted)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 20px;margin:12px 0}
.steps{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0 0;padding:0;list-style:none}
.steps li{display:flex;gap:7px;align-items:baseline;background:var(--card);border:1px solid var(--line);border-radius:999px;padding:3px 13px 3px 10px;font-size:13px}
.steps b{font-weight:600}
.mark{font-weight:700;color:var(--good)}
.noted .mark{color:var(--warn)}.refused .mark,.failed .mark{color:var(--bad)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:22px 0 0}
.figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.figure b{display:block;font-size:26px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.figure span{color:var(--muted);font-size:13px}
.figure.warn b{color:var(--warn)}
.frame{padding:14px 14px 10px;overflow-x:auto}
.picture{display:block;width:100%;min-width:880px;height:auto}
.picture text{font-family:inherit}
.band rect{fill:color-mix(in srgb,var(--layer) 7%,var(--card));stroke:color-mix(in srgb,var(--layer) 30%,var(--card))}
.band-name{font-size:14px;font-weight:650;fill:var(--layer);text-transform:capitalize}
.band-count{font-size:12px;fill:var(--muted)}
.box{text-decoration:none}
.box .face{fill:var(--card);stroke:color-mix(in srgb,var(--layer) 55%,var(--card));stroke-width:1.2}
.box .stripe{fill:var(--layer)}
.box .name{font-size:14px;font-weight:600;fill:var(--text)}
.box .label{font-size:12px;fill:var(--muted)}
.box:hover .face,.box:focus-visible .face{stroke:var(--layer);stroke-width:2.2}
.lock{fill:var(--good)}.globe{fill:var(--warn)}
.line{fill:none;stroke:color-mix(in srgb,var(--layer) 75%,var(--card));stroke-width:1.5}
.head path{fill:color-mix(in srgb,var(--layer) 85%,var(--card))}
.picture.looking .line,.picture.looking .box{opacity:.14}
.picture.looking .line.lit,.picture.looking .box.lit{opacity:1}
.picture.looking .line.lit{stroke-width:2.2;stroke:var(--layer)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;color:var(--muted);font-size:13px;padding:6px 6px 2px}
.legend svg,td svg,.chip svg{width:13px;height:13px;vertical-align:-2px}
.scene{border-top:1px solid var(--line);padding:6px 0 10px}
.scene h3{text-transform:none;margin:10px 0 2px;font-size:14.5px}
.scene h3 .muted{font-weight:400}
.mark.broken,.fault{color:var(--bad)}
.scene .frame{padding:6px 0 2px}
.scene summary{cursor:pointer;color:var(--muted);font-size:13px}
.scene pre{margin:6px 0 0;padding:10px 12px;background:var(--soft);border-radius:6px;overflow-x:auto}
.timeline{display:block;width:100%;min-width:760px;height:auto}
.timeline text{font-family:inherit;font-size:12px;fill:var(--muted)}
.timeline text.lane{font-size:12.5px;fill:var(--text)}
.timeline text.day{font-weight:650;fill:var(--text)}
.timeline line{stroke:color-mix(in srgb,var(--line) 60%,transparent)}
.timeline line.day{stroke:var(--muted)}
.timeline line.row{stroke:color-mix(in srgb,var(--line) 45%,transparent)}
${moods(".timeline ", "fill")}
.timeline circle{stroke:var(--card);stroke-width:1}
.scene h4{margin:14px 0 0;font-size:13.5px;font-weight:600}
.chip.good{color:var(--good)}.chip.bad{color:var(--bad);font-weight:650}
.roll-out{display:block;width:100%;min-width:720px;height:auto}
.roll-out text{font-family:inherit;font-size:12px;fill:var(--muted)}
.roll-out text.lane,.roll-out text.stage,.roll-out text.day{fill:var(--text)}
.roll-out text.day{font-weight:650}
.roll-out line{stroke:color-mix(in srgb,var(--line) 60%,transparent)}
.roll-out line.flag{stroke:color-mix(in srgb,var(--muted) 55%,transparent)}
.roll-out rect.stage{fill:color-mix(in srgb,var(--serving) 14%,var(--card))}
.roll-out .old{fill:color-mix(in srgb,var(--muted) 20%,var(--card))}
.roll-out .new{fill:color-mix(in srgb,var(--serving) 62%,var(--card))}
.roll-out .back{fill:color-mix(in srgb,var(--bad) 22%,transparent)}
${moods(".roll-out ", "fill")}
.roll-out line.turn{stroke-width:2.5}.roll-out line.turn.good{stroke:var(--good)}.roll-out line.turn.bad{stroke:var(--bad)}
.roll-out text.turn{font-weight:700;font-size:13px;paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.roll-out text.turn.good{fill:var(--good)}.roll-out text.turn.bad{fill:var(--bad)}
.roll-out circle{stroke:var(--card);stroke-width:1}
.key.old{background:color-mix(in srgb,var(--muted) 40%,var(--card))}.key.new{background:color-mix(in srgb,var(--serving) 62%,var(--card))}
.trail table{font-size:12.5px;margin-top:6px}.trail td details summary{font-size:12px}
.key{display:inline-block;width:10px;height:10px;border-radius:3px;vertical-align:-1px}
${moods(".key", "background")}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;font-weight:600;color:var(--muted);font-size:12px;padding:4px 12px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:5px 12px 5px 0;border-bottom:1px solid color-mix(in srgb,var(--line) 60%,transparent);vertical-align:top}
tr:last-child>td{border-bottom:0}
td:last-child,th:last-child{padding-right:0}
.wrap{overflow-wrap:anywhere}
.nowrap{white-space:nowrap}
details.part{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--layer);border-radius:8px;margin:8px 0;padding:0 16px}
details.part>summary{padding:9px 0;cursor:pointer;display:flex;gap:4px 14px;align-items:baseline;flex-wrap:wrap;list-style:none}
details.part>summary::-webkit-details-marker{display:none}
details.part>summary::before{content:"";flex:none;width:7px;height:7px;border-right:2px solid var(--muted);border-bottom:2px solid var(--muted);transform:rotate(-45deg) translate(-2px,-2px);transition:transform .12s}
details.part[open]>summary::before{transform:rotate(45deg) translate(-2px,-2px)}
details.part>summary b{font-weight:600}
details.part>summary .end{margin-left:auto;color:var(--muted);font-size:13px}
details.part[open]{padding-bottom:12px}
details.part table{table-layout:fixed}
details.part th:nth-child(1){width:22%}details.part th:nth-child(2){width:30%}details.part th:nth-child(3){width:20%}
details.part td.mono{font-size:11.5px}
details.part p{margin:0 0 8px;font-size:13.5px}
.chip{display:inline-block;border-radius:999px;padding:0 8px;font-size:12px;background:var(--soft);color:var(--muted);white-space:nowrap}
.chip.warn{color:var(--warn)}
details.inputs>summary{cursor:pointer}
details.inputs pre{margin:6px 0 4px;padding:10px 12px;background:var(--soft);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
.tools{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:0 0 4px}
.tools input{font:inherit;font-size:14px;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px;width:min(340px,100%)}
.tools button{font:inherit;font-size:13px;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px;cursor:pointer}
td.kind{width:1%;padding-right:20px;white-space:nowrap}
.created{color:var(--good)}.deleted{color:var(--bad)}.changed,.moved{color:var(--warn)}
.cost .fixed{fill:var(--compute)}.cost .usage{fill:var(--data)}.cost text{fill:var(--text);font-size:13px}
.swatch{display:inline-block;width:10px;height:10px;border-radius:3px;vertical-align:-1px}.swatch.fixed{background:var(--compute)}.swatch.usage{background:var(--data)}
footer{margin-top:44px;padding-top:16px;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
[hidden]{display:none!important}
@media print{
@page{margin:12mm}
:root{${variables(LIGHT)}}
body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
.tools{display:none}.figures{grid-template-columns:repeat(5,1fr);gap:8px}.figure{padding:8px 10px}.figure b{font-size:19px}.card,.figure,details.part,.band{break-inside:avoid-page}
.frame{overflow:visible}.picture{min-width:0}
details.part{break-inside:auto}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
