/** What the environment bills a month: a bar for each component, what is fixed and what is assumed usage. Pure. */
import { usd } from "../cost/cost-text";
import { assumptionsOf, byComponent, type Estimate } from "../cost/estimate";
import { ASSUMPTIONS } from "../cost/usage";
import { type Html, markup } from "./html";

const ROW = 26;
const NAMES = 240;
const BARS = 560;
const FIGURES = 90;

export function costSection(estimate: Estimate): Html {
  const { totalUsd, fixedUsd, usageUsd, afterDestroyUsd, complete } = estimate;
  const sums = byComponent(estimate).filter((sum) => sum.fixedUsd + sum.usageUsd >= 0.005 || !sum.complete);
  const most = Math.max(1, ...sums.map((sum) => sum.fixedUsd + sum.usageUsd));
  const bars = sums.map((sum, index) => {
    const [y, both] = [index * ROW, sum.fixedUsd + sum.usageUsd];
    const [fixed, used] = [(sum.fixedUsd / most) * BARS, (sum.usageUsd / most) * BARS];
    const figure = `${usd(both)}${sum.complete ? "" : " + ?"}`;
    return markup`<text x="${NAMES - 8}" y="${y + 17}" text-anchor="end">${sum.component}</text>
<rect class="fixed" x="${NAMES}" y="${y + 4}" width="${fixed.toFixed(1)}" height="${ROW - 8}"/>
<rect class="usage" x="${(NAMES + fixed).toFixed(1)}" y="${y + 4}" width="${used.toFixed(1)}" height="${ROW - 8}"/>
<text x="${(NAMES + fixed + used + 8).toFixed(1)}" y="${y + 17}">${figure}</text>\n`;
  });
  return markup`<h2>What it costs</h2>
<div class="card">
<p><b>${usd(totalUsd)} USD a month</b>${complete ? "" : " and more, because prices are missing"}: ${usd(fixedUsd)} whether it is used or not, ${usd(usageUsd)} by the
usage assumed below. List prices with their sources in <code>cost.json</code>. After <code>pulumi destroy</code> ${usd(afterDestroyUsd)} would go on, for what is protected or kept.</p>
<div class="frame"><svg class="cost" viewBox="0 0 ${NAMES + BARS + FIGURES} ${sums.length * ROW}" width="${NAMES + BARS + FIGURES}" height="${sums.length * ROW}" role="img" aria-label="USD a month by component">
${bars}</svg></div>
<div class="legend"><span><i class="swatch fixed"></i> fixed</span><span><i class="swatch usage"></i> by usage</span></div>
<details><summary>What is assumed</summary><table><tbody>
${assumptionsOf(estimate).map((key) => markup`<tr><td><code>${key}</code></td><td>${estimate.usage[key]} ${ASSUMPTIONS[key].unit}</td><td class="wrap">${ASSUMPTIONS[key].says}</td></tr>\n`)}</tbody></table></details>
</div>`;
}
