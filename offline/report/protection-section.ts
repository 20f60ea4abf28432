/** How well this environment is protected, beside what the others are: their reports have the same rows. Pure. */
import type { RecordedResource } from "../engine";
import { type Html, markup } from "./html";
import { protections } from "./protection";

export function protectionSection(resources: readonly RecordedResource[]): Html {
  const rows = protections(resources).map(
    ({ subject, says }) => markup`<tr><td class="wrap"><b>${subject}</b></td><td class="wrap">${says}</td></tr>\n`,
  );
  return markup`<h2>How well it is protected</h2>
<div class="card"><table><tbody>
${rows}</tbody></table></div>`;
}
