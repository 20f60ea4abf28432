/** The committed environments, planned, and then taken down on paper. */
import path from "node:path";
import { loadProgram, type Mode, record, type Recording } from "../../../offline/engine";
import { planDocument } from "../../../offline/plan/plan-document";
import { readProject } from "../../../offline/plan/project";
import { redactedRecording } from "../../../offline/plan/redaction";
import { readStackFile } from "../../../offline/plan/stack-file";
import { teardownFaults } from "../../../offline/teardown/faults";
import { DeletionGraph } from "../../../offline/teardown/graph";
import { TEARDOWN_STEP } from "../../../offline/teardown/step";
import type { Work } from "../../../offline/commands/pipeline";
import { resource } from "./resources";

const ROOT = path.resolve(__dirname, "../../..");
const project = readProject(ROOT);

function planned(environment: string, mode: Mode): Promise<Recording> {
  const { config, secretKeys } = readStackFile(project, environment);
  const program = loadProgram(ROOT, project.main);
  return record({ project: project.name, stack: environment, mode, config, secretKeys, program, root: ROOT });
}

function work(apply: Recording): Work {
  const redacted = redactedRecording(apply);
  const document = planDocument(redacted);
  const plans = { preview: redacted, apply: redacted, document, raw: { preview: apply, apply } };
  return {
    project,
    environment: apply.stack,
    record: () => Promise.reject(new Error("nothing is recorded here")),
    outFolder: "out",
    planned: plans,
  };
}

describe("destroying the committed environments", () => {
  // A wrong order shows on the day on which everything must go, an hour into the destroy.
  it.each(["dev", "staging", "prod"])("finds nothing in %s that goes in the wrong order", async (environment) => {
    const { resources } = await planned(environment, "apply");
    expect(teardownFaults(resources)).toEqual([]);
    const graph = new DeletionGraph(resources);
    expect(graph.waves().flat()).toHaveLength(resources.length);
    const [nat, gateway, vpc] = ["NatGateway", "InternetGateway", "Vpc"].map((noun) =>
      resources.find(({ type }) => type.endsWith(`:${noun}`)),
    );
    if (nat === undefined || gateway === undefined || vpc === undefined)
      throw new Error("the network lost a part that this test speaks of");
    expect([graph.goesBefore(nat, gateway), graph.goesBefore(gateway, vpc)]).toEqual([true, true]);
  });

  it("says what would stop it and what would stay, the same bytes every time", async () => {
    const apply = await planned("prod", "apply");
    const [report, again] = [await TEARDOWN_STEP.run(work(apply)), await TEARDOWN_STEP.run(work(await planned("prod", "apply")))];
    expect(again).toEqual(report);
    expect(report.notes).toEqual([]);
    const text = report.files?.["destroy.txt"] ?? "";
    const isProtected = apply.resources.filter(({ kind, options }) => kind === "custom" && options.protect === true);
    for (const { name } of isProtected) expect(text).toContain(`"${name}"`);
    expect(isProtected.length).toBeGreaterThan(0);
  });
});

describe("the step", () => {
  it("writes the whole story of a small plan", async () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "vpc");
    const key = resource("aws:kms/key:Key", "key");
    const nat = resource("aws:ec2/natGateway:NatGateway", "nat", { inputs: { allocationId: "eip-id" }, needs: [vpc] });
    const eip = resource("aws:ec2/eip:Eip", "eip");
    const resources = [vpc, key, eip, nat];
    const empty = { calls: [], stackOutputs: {}, stackOutputSecrets: [], messages: [] };
    const report = await TEARDOWN_STEP.run(work({ project: "p", stack: "dev", mode: "apply", resources, ...empty }));
    const fault =
      'NatGateway "nat" may outlive Eip "eip"; AWS refuses to delete what is in use: hand over the second\'s output in place of the text';
    expect(report.summary).toEqual(["2 waves; 0 resources stop it, 1 thing stays"]);
    expect(report.notes).toEqual([fault]);
    expect(report.files).toEqual({
      "destroy.txt": [
        "Destroying dev: what pulumi destroy would do, from the plan. Not tried on AWS.",
        "",
        "What goes by itself, later",
        '  Key "key" is deleted 30 days after destroy, unbilled; until then `aws kms cancel-key-deletion` brings it back',
        "",
        "What may go in the wrong order",
        `  ${fault}`,
        "",
        "The order: 2 waves, each begins when the one before has ended",
        "   1  NatGateway nat",
        "   2  Eip eip, Key key, Vpc vpc",
        "",
      ].join("\n"),
    });
  });

  it("wants a plan first", () => {
    expect(() =>
      TEARDOWN_STEP.run({
        project,
        environment: "dev",
        record: () => Promise.reject(new Error("nothing is recorded here")),
        outFolder: "out",
      }),
    ).toThrow(new Error("the step plan must run before this one"));
  });
});
