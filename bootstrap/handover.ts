/** What the bootstrap hands over: to GitHub as variables, and to a stack file of the platform as settings. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, parse, parseDocument } from "yaml";

export interface EnvironmentParts {
  readonly deployRoleArn: string;
  readonly readRoleArn: string;
  readonly operateRoleArn?: string;
  readonly permissionsBoundaryArn: string;
  readonly vpc?: VpcIds;
  readonly runnerName?: string;
  readonly runnerSecurityGroupId?: string;
}

interface VpcIds {
  readonly vpcId: string;
  readonly cidr: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly intraSubnetIds: readonly string[];
}

/** The names that `.github/workflows` read. */
export function githubVariables(backendUrl: string, region: string, environments: Readonly<Record<string, EnvironmentParts>>): string {
  const ofEnvironments = Object.entries(environments).flatMap(([name, { deployRoleArn, readRoleArn, operateRoleArn, runnerName }]) => {
    // Names of variables have no hyphens, and GitHub writes them in capitals.
    const suffix = name.replaceAll("-", "_").toUpperCase();
    return [
      `AWS_ROLE_${suffix}=${deployRoleArn}`,
      `AWS_READ_ROLE_${suffix}=${readRoleArn}`,
      ...(operateRoleArn === undefined ? [] : [`MODELLOOP_OPERATOR_ROLE_${suffix}=${operateRoleArn}`]),
      ...(runnerName === undefined ? [] : [`CODEBUILD_${suffix}=${runnerName}`]),
    ];
  });
  return [`PULUMI_BACKEND_URL=${backendUrl}`, `AWS_REGION=${region}`, ...ofEnvironments].join("\n");
}

/** What only a VPC of the platform's own has. */
const OF_AN_OWN_VPC = ["cidr", "zones", "availabilityZones", "natGateways", "reservedCidrs"];

const RUNNER = "deploy-runner";

/** The stack file with what exists; comments and everything else stay as they are. */
export function adopted(stackFile: string, { permissionsBoundaryArn, vpc, runnerSecurityGroupId }: EnvironmentParts): string {
  const document = parseDocument(stackFile);
  if (document.errors.length > 0 || !isMap(document.get("config"))) throw new Error("the stack file has no `config:` that can be read");
  const foundation = ["config", "modelloop:foundation"];
  document.setIn([...foundation, "permissionsBoundaryArn"], permissionsBoundaryArn);
  if (vpc !== undefined) {
    for (const key of OF_AN_OWN_VPC) document.deleteIn([...foundation, "network", key]);
    document.setIn([...foundation, "network", "existingVpc"], document.createNode(vpc));
    // The bootstrap records the traffic of this VPC already; a second record would cost as much and say the same.
    document.setIn([...foundation, "network", "flowLogs"], document.createNode({ destination: "none" }));
  }
  if (runnerSecurityGroupId !== undefined) letIn(document, runnerSecurityGroupId);
  return asPeopleWriteIt(document.toString({ lineWidth: 0 }));
}

/** `{ a: 1 }` and `[a]`: the library pads both or neither, and a change of every list would hide the ones that matter. */
function asPeopleWriteIt(text: string): string {
  const tidy = text.replace(/\[ ([^[\]"'\n]*) \]/g, "[$1]");
  return isDeepStrictEqual(parse(tidy), parse(text)) ? tidy : text;
}

function letIn(document: Document, securityGroupId: string): void {
  const path = ["config", "modelloop:compute", "cluster", "apiClients"];
  const node = document.getIn(path);
  const clients = node === undefined ? [] : (document.createNode(node).toJSON() as { name: string }[]);
  const others = clients.filter(({ name }) => name !== RUNNER);
  document.setIn(path, document.createNode([...others, { name: RUNNER, securityGroupId }]));
}
