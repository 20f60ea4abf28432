import { declaredOutputs, standIn, standIns } from "../../../offline/engine/declared-outputs";

const arn = (name: string) => `arn:aws:test:::${name}`;

// The SDK's typings change with each release; a reader of them that finds nothing would make every output undefined, without a word.
it.each([
  ["aws:rds/instance:Instance", ["arn", "address", "endpoint", "port"]],
  ["aws:ec2/vpc:Vpc", ["arn", "defaultRouteTableId", "mainRouteTableId"]],
  ["aws:kms/key:Key", ["arn", "keyId"]],
  ["aws:eks/cluster:Cluster", ["arn", "endpoint", "certificateAuthority"]],
])("reads the outputs of %s from the package's own typings", (type, some) => {
  expect(Object.keys(declaredOutputs(type, __dirname) ?? {})).toEqual(expect.arrayContaining(some));
});

it.each(["aws:nothing/here:Here", "unknown:a/b:C", "no token", "kubernetes:helm.sh/v3:Release"])("knows no outputs of %s", (type) => {
  expect(declaredOutputs(type, __dirname)).toBeUndefined();
});

it.each([
  ["url", "string", "jobs.url"],
  ["arn", "string", "arn:aws:test:::jobs"],
  ["invokeArn", "string", "arn:aws:test:::jobs/invokeArn"],
  ["name", "string", "jobs-standin"],
  ["subnetIds", "string[]", ["jobs.subnetIds.0"]],
  ["statuses", "outputs.sqs.Status[]", []],
  ["port", "number", 1],
  ["enabled", "boolean", false],
  ["tagsAll", "{\n        [key: string]: string;\n    }", {}],
])("invents %s of type %s so that a reader sees where it came from", (output, type, value) => {
  expect(standIn("jobs", output, type, arn)).toEqual(value);
});

it("invents neither what is given nor what may be absent", () => {
  const declared = { arn: "string", policy: "string | undefined", region: "string", id: "string", urn: "string" };
  expect(standIns("jobs", declared, { region: "eu-west-1" }, arn)).toEqual({ arn: "arn:aws:test:::jobs" });
});
