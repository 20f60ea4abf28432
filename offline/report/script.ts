/** The page reads well without it. It filters the tables, shows one part's lines, opens what a link points to, and unfolds the parts for paper. */
export const SCRIPT = `
"use strict";
const parts = [...document.querySelectorAll("details.part")];
const filter = document.querySelector("#filter");
filter?.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const holds = (row) => words.every((word) => row.dataset.text.includes(word));
  let found = 0;
  for (const part of parts) {
    const rows = [...part.querySelectorAll("tr[data-text]")];
    for (const row of rows) row.hidden = !holds(row);
    const shown = rows.filter((row) => !row.hidden).length;
    found += shown;
    part.hidden = shown === 0;
    part.open = words.length > 0 && shown > 0;
  }
  document.querySelector("#found").textContent = words.length > 0 ? found + (found === 1 ? " row" : " rows") : "";
});
document.querySelector("#unfold")?.addEventListener("click", () => {
  const open = parts.some((part) => !part.open);
  for (const part of parts) part.open = open;
});
const reveal = () => {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (target?.matches("details.part")) target.open = true;
  target?.closest("details.part")?.setAttribute("open", "");
};
addEventListener("hashchange", reveal);
reveal();
const picture = document.querySelector(".picture");
for (const box of picture?.querySelectorAll(".box") ?? []) {
  const id = box.dataset.part;
  const light = (on) => {
    picture.classList.toggle("looking", on);
    const near = new Set([id]);
    for (const line of picture.querySelectorAll(".line")) {
      const own = line.dataset.from === id || line.dataset.to === id;
      line.classList.toggle("lit", on && own);
      if (own) near.add(line.dataset.from).add(line.dataset.to);
    }
    for (const other of picture.querySelectorAll(".box")) other.classList.toggle("lit", on && near.has(other.dataset.part));
  };
  box.addEventListener("mouseenter", () => light(true));
  box.addEventListener("mouseleave", () => light(false));
}
addEventListener("beforeprint", () => { for (const part of parts) part.open = true; });
`;
