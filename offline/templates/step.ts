/** A step for the table of steps: would CloudFormation and Step Functions take what the program sends them? */
import type { Step } from "../commands/pipeline";
import { counted } from "../report/signs";
import { judgeTemplate } from "./cloudformation";
import { isTemplate, sentStateMachines, sentTemplates } from "./sent-templates";
import { stateMachineFaults } from "./state-machines";

export const TEMPLATES_STEP: Step = {
  name: "templates",
  says: "validates CloudFormation templates and state machines, where the program has any",
  run(work) {
    if (work.planned === undefined) throw new Error("the step plan must run before this one");
    const { resources } = work.planned.apply;
    const [templates, machines] = [sentTemplates(resources), sentStateMachines(resources)];
    if (templates.length + machines.length === 0) return { summary: ["no template and no state machine"] };
    const judged = templates.map((template) => ({ template, judgement: judgeTemplate(template) }));
    const unjudged = judged.filter(({ judgement }) => judgement === undefined).length;
    if (unjudged === 0) work.createOnly = judged.flatMap(({ judgement }) => judgement?.createOnly ?? []);
    const told = (key: "faults" | "warnings") =>
      judged.flatMap(({ template: { name }, judgement }) => (judgement?.[key] ?? []).map((what) => `The template ${name}: ${what}`));
    const size = templates.reduce((sum, { body }) => sum + (isTemplate(body) ? Object.keys(body.Resources).length : 0), 0);
    return {
      summary: [`${counted(templates.length, "template")}, ${counted(size, "resource")}; ${counted(machines.length, "state machine")}`],
      refusals: [
        ...told("faults"),
        ...machines.flatMap(({ name, definition }) => stateMachineFaults(definition).map((fault) => `The state machine ${name}: ${fault}`)),
      ],
      notes: [
        ...told("warnings"),
        ...(unjudged === 0 ? [] : ["Templates were not validated: install aws-cdk-lib, which brings CloudFormation's validator."]),
      ],
    };
  },
};
