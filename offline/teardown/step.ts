/** A step for the table of steps: would `pulumi destroy` end, and what would it leave? Writes `destroy.txt`. */
import type { Step } from "../commands/pipeline";
import type { Json } from "../engine";
import { sentDocuments } from "../plan/sent-documents";
import { counted } from "../report/signs";
import { teardownFaults } from "./faults";
import { DeletionGraph } from "./graph";
import { remainders, type Template } from "./remains";
import { teardownText } from "./teardown-text";

export const TEARDOWN_STEP: Step = {
  name: "destroy",
  says: "finds what pulumi destroy would delete in the wrong order, stop at, or leave behind",
  run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    const { apply } = work.planned;
    const faults = teardownFaults(work.planned.raw.apply.resources);
    const left = remainders(apply.resources, templatesIn(sentDocuments(apply)));
    const waves = new DeletionGraph(apply.resources).waves();
    const stops = left.filter(({ fate }) => fate === "stops").length;
    const text = teardownText({ environment: work.environment, waves, faults, remainders: left });
    return {
      summary: [`${counted(waves.length, "wave")}; ${verb(stops, "resource", "stop")} it, ${verb(left.length - stops, "thing", "stay")}`],
      refusals: faults,
      files: { "destroy.txt": text },
    };
  },
};

const TEMPLATE = /^cloudformation\/(.+)\.template\.json$/;

function templatesIn(files: Readonly<Record<string, string>>): Template[] {
  return Object.entries(files).flatMap(([path, content]) => {
    const name = TEMPLATE.exec(path)?.[1];
    return name === undefined ? [] : [{ name, body: JSON.parse(content) as Json }];
  });
}

function verb(count: number, noun: string, does: string): string {
  return `${counted(count, noun)} ${does}${count === 1 ? "s" : ""}`;
}
