/** A step for the table of steps: would CloudFormation and Step Functions take what the program sends them? */
import fs from "node:fs";
import path from "node:path";
import type { Step, Work } from "../commands/pipeline";
import type { RecordedResource } from "../engine";
import { counted } from "../report/signs";
import { judgeTemplates, loadValidator, type TemplateJudgement } from "./cloudformation";
import { isTemplate, sentStateMachines, sentTemplates } from "./sent-templates";
import { stateMachineFaults } from "./state-machines";

function beginJudging(resources: readonly RecordedResource[]): NonNullable<Work["judging"]> {
  const templates = sentTemplates(resources);
  const judging = templates.length === 0 ? undefined : judgeTemplates(templates);
  // Where another step ends the pipeline before, nobody waits for it.
  judging?.catch(() => undefined);
  return { templates, judgements: judging };
}

export const TEMPLATES_STEP: Step = {
  name: "templates",
  says: "validates CloudFormation templates and state machines, where the program has any",
  load({ outFolder }) {
    // A second of another core, and 200 MB, that a program without templates should not pay for: what had some the last time has some now.
    if (fs.existsSync(path.join(outFolder, "cloudformation"))) loadValidator();
  },
  begin(work) {
    if (work.planned !== undefined) work.judging = beginJudging(work.planned.apply.resources);
  },
  async run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    const { resources } = work.planned.apply;
    const machines = sentStateMachines(resources);
    const { templates, judgements } = (work.judging ??= beginJudging(resources));
    if (templates.length + machines.length === 0) return { summary: ["no template and no state machine"] };
    const judged = await judgements;
    if (judged !== undefined) {
      work.createOnly = judged.flatMap(({ createOnly }) => createOnly);
      work.validated = judged;
    }
    const told = (key: keyof Pick<TemplateJudgement, "faults" | "warnings">) =>
      (judged ?? []).flatMap((judgement, index) => judgement[key].map((what) => `The template ${templates[index]?.name}: ${what}`));
    const size = templates.reduce((sum, { body }) => sum + (isTemplate(body) ? Object.keys(body.Resources).length : 0), 0);
    const unjudged = judged === undefined && templates.length > 0;
    return {
      summary: [`${counted(templates.length, "template")}, ${counted(size, "resource")}; ${counted(machines.length, "state machine")}`],
      refusals: [
        ...told("faults"),
        ...machines.flatMap(({ name, definition }) => stateMachineFaults(definition).map((fault) => `The state machine ${name}: ${fault}`)),
      ],
      notes: [
        ...told("warnings"),
        ...(unjudged ? ["Templates were not validated: install aws-cdk-lib, which brings CloudFormation's validator."] : []),
      ],
    };
  },
};
