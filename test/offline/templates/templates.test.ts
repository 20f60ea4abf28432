/** What goes to CloudFormation and Step Functions: found, validated, compared. Templates are made by hand; the real one is judged by the step. */
import { TEMPLATES_STEP } from "../../../offline/templates/step";
import { sentStateMachines, sentTemplates } from "../../../offline/templates/sent-templates";
import { stateMachineFaults } from "../../../offline/templates/state-machines";
import { TEMPLATE_FACTS } from "../../../offline/upgrade/template-facts";
import { diffTemplates } from "../../../offline/templates/template-diff";
import { changesText } from "../../../offline/commands/changes-text";
import { palette } from "../../../offline/commands/terminal";
import type { Work } from "../../../offline/commands/pipeline";
import { diffPlans } from "../../../offline/plan/diff";
import { redactedRecording } from "../../../offline/plan/redaction";
import { plan, planned, recording, resource, urnOf } from "../plan/hand-made";

const STACK = "aws:cloudformation/stack:Stack";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

const topic = (name: string, more: object = {}) => ({ Type: "AWS::SNS::Topic", Properties: { TopicName: name, ...more } });
const machine = (definition: unknown) => ({
  Type: "AWS::StepFunctions::StateMachine",
  Properties: { RoleArn: "arn:aws:iam::111122223333:role/r", DefinitionString: definition },
});
const nested = (key: string) => ({
  Type: "AWS::CloudFormation::Stack",
  Properties: { TemplateURL: { "Fn::Join": ["", ["https://s3/", `/${key}`]] } },
});
const SUCCEED = '{"StartAt":"End","States":{"End":{"Type":"Succeed"}}}';

/** A stack whose template is uploaded and nests another one. */
function uploaded(inner: object, outer: object = {}, url = "https://assets.s3.amazonaws.com/m/outer.json") {
  const text = (value: object) => ({ $asset: { text: JSON.stringify(value) } });
  const LoopModelfraudNestedStackModelfraudNestedStackResource1234ABCD = nested("m/inner.json");
  const Resources = { LoopModelfraudNestedStackModelfraudNestedStackResource1234ABCD, ...outer };
  return [
    resource(OBJECT, "inner", { inputs: { key: "m/inner.json", source: text({ Resources: inner }) } }),
    resource(OBJECT, "outer", { inputs: { key: "m/outer.json", source: text({ Resources }) } }),
    resource(STACK, "loop", { inputs: { templateUrl: url }, dependencies: [urnOf(OBJECT, "inner"), urnOf(OBJECT, "outer")] }),
  ];
}

describe("templates that are sent", () => {
  it("are found with those that they nest, whether the cloud has named the bucket yet or not", () => {
    for (const url of ["https://assets.s3.amazonaws.com/m/outer.json", "[unknown]"]) {
      const found = sentTemplates(uploaded({ A: topic("a") }, { B: topic("b") }, url));
      expect(found.map(({ name }) => name)).toEqual(["loop", "loop-LoopModelfraud"]);
      expect(found[1]?.body).toEqual({ Resources: { A: topic("a") } });
    }
  });

  it("show their state machines as Step Functions would be given them, and leave alone what only the cloud can put together", () => {
    const join = { "Fn::Join": ["", ['{"StartAt":"', { Ref: "Name" }, '"}']] };
    const Resources = { RetrainABCD1234: machine(join), Other: machine({ "Fn::ImportValue": "x" }) };
    expect(sentStateMachines([resource(STACK, "loop", { inputs: { templateBody: JSON.stringify({ Resources }) } })])).toEqual([]);
    delete (Resources as Partial<typeof Resources>).Other;
    expect(sentStateMachines([resource(STACK, "loop", { inputs: { templateBody: JSON.stringify({ Resources }) } })])).toEqual([
      { name: "loop-Retrain", definition: { StartAt: "${Name}" } },
    ]);
  });

  it("are not the only place of state machines", () => {
    const own = resource("aws:sfn/stateMachine:StateMachine", "nightly", { inputs: { definition: SUCCEED } });
    expect(sentStateMachines([own])).toEqual([{ name: "nightly", definition: JSON.parse(SUCCEED) as unknown }]);
  });
});

async function judged(resources: object, definition = SUCCEED) {
  const Resources = { Machine: machine(definition), ...resources };
  const apply = redactedRecording(recording([resource(STACK, "loop", { inputs: { templateBody: JSON.stringify({ Resources }) } })]));
  const work = { planned: { apply } } as unknown as Work;
  return { report: await TEMPLATES_STEP.run(work), work };
}

describe("the step that validates them", () => {
  // CloudFormation finds out half-way through `up`, and rolls back for twenty minutes.
  it("refuses what CloudFormation would, with the place", async () => {
    const { report } = await judged({ Queue: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: "soon", Colour: "red" } } });
    expect(report).toMatchObject({ summary: ["1 template, 2 resources; 1 state machine"] });
    const { refusals = [] } = report;
    expect(refusals.map((refusal) => refusal.replace(/: .*$/s, ""))).toEqual(refusals.map(() => "The template loop"));
    expect(refusals.join("\n")).toContain("Queue.Properties");
    expect(refusals.join("\n")).toContain("Colour");
  });

  it("refuses a state machine that leads nowhere, and accepts one that ends", () => {
    expect(stateMachineFaults(JSON.parse(SUCCEED) as object as never)).toEqual([]);
    expect(stateMachineFaults({ StartAt: "Begin", States: { End: { Type: "Succeed" } } })).toEqual([
      "State End is not reachable (MISSING_TRANSITION_TARGET)",
      "Missing 'StartAt'|'Next'|'Default' target: Begin (MISSING_TRANSITION_TARGET)",
    ]);
  });

  it("learns what cannot be changed in place", async () => {
    const { report, work } = await judged({ Topic: topic("a") });
    expect(report).toMatchObject({ refusals: [] });
    expect(work.createOnly).toContainEqual({ template: "loop", id: "Topic", path: "Properties.TopicName", isConditional: false });
  });

  it("costs nothing where there is nothing to validate", async () => {
    const work = { planned: { apply: redactedRecording(recording([])) } } as unknown as Work;
    expect(await TEMPLATES_STEP.run(work)).toEqual({ summary: ["no template and no state machine"] });
  });
});

describe("the difference between two templates", () => {
  const planOf = (Resources: object) => plan([planned(STACK, "loop", { templateBody: JSON.stringify({ Resources }) })]);
  const createOnly = [{ template: "loop", id: "Kept", path: "Properties.TopicName", isConditional: false }];

  it("is told by logical id: added, removed, changed, and replaced where a property says so", () => {
    const before = planOf({ Gone: topic("gone"), Kept: topic("old"), Same: topic("same"), Other: topic("other") });
    const after = planOf({ Fresh: topic("fresh"), Kept: topic("new"), Same: topic("same"), Other: topic("other", { DisplayName: "x" }) });
    expect(diffTemplates(before, after, createOnly)).toEqual([
      {
        ...{ template: "loop", status: "kept", unchanged: 1 },
        added: [{ id: "Fresh", type: "AWS::SNS::Topic" }],
        removed: [{ id: "Gone", type: "AWS::SNS::Topic" }],
        changed: [
          {
            ...{ id: "Kept", type: "AWS::SNS::Topic", replaced: "yes" },
            properties: [{ path: "Properties.TopicName", before: "old", after: "new" }],
          },
          { id: "Other", type: "AWS::SNS::Topic", replaced: "no", properties: [{ path: "Properties.DisplayName", after: "x" }] },
        ],
      },
    ]);
  });

  it("does not guess: where nobody validated, nobody knows what is replaced, and another type always is", () => {
    const [one] = diffTemplates(planOf({ Kept: topic("old") }), planOf({ Kept: topic("new") }), undefined);
    expect(one?.changed.map(({ replaced }) => replaced)).toEqual(["unknown"]);
    const queue = { Type: "AWS::SQS::Queue", Properties: {} };
    const [other] = diffTemplates(planOf({ Kept: topic("old") }), planOf({ Kept: queue }), undefined);
    expect(other?.changed.map(({ replaced }) => replaced)).toEqual(["yes"]);
  });

  it("is a count where there was no template before, and nothing where nothing changed", () => {
    const changes = { against: "the last run", diff: diffPlans(plan([]), plan([])) };
    const text = (before: object | undefined, after: object) => {
      const templates = diffTemplates(before === undefined ? plan([]) : planOf(before), planOf(after), createOnly);
      return changesText({ ...changes, templates }, palette(false)).slice(1);
    };
    expect(text(undefined, { A: topic("a") })).toEqual(["", "  Template loop: new, 1 resource"]);
    expect(text({ A: topic("a") }, { A: topic("a") })).toEqual([]);
    expect(text({ Kept: topic("old") }, { Kept: topic("new") })).toEqual([
      "",
      "  Template loop: + added  - removed  ~ changed; 0 unchanged",
      "  ~ Kept  AWS::SNS::Topic  is replaced",
      '      Properties.TopicName: "old" → "new"',
    ]);
  });
});

describe("the facts about what replaces a resource of a template", () => {
  // From memory, such a table is right until AWS adds a property.
  it("are those of CloudFormation's own schemas", async () => {
    const Resources = Object.fromEntries(
      Object.entries(TEMPLATE_FACTS).map(([Type, { replacedBy }]) => [
        Type.replaceAll(":", ""),
        { Type, Properties: Object.fromEntries(replacedBy.map((property) => [property, "x"])) },
      ]),
    );
    const { work } = await judged(Resources);
    const known = (work.createOnly ?? []).filter(({ id }) => id !== "Machine").map(({ id, path }) => `${id}.${path}`);
    const ours = Object.entries(TEMPLATE_FACTS).flatMap(([Type, { replacedBy }]) =>
      replacedBy.map((property) => `${Type.replaceAll(":", "")}.Properties.${property}`),
    );
    expect(known.sort()).toEqual(ours.sort());
  });
});
