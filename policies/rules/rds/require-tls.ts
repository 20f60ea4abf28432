import { at, inTurn, isTrue, list, mapping, said, text } from "../../reading";
import { type Faults, Harm, resourceRule, Severity, type Subject } from "../../rule";

const PROXY = "aws:rds/proxy:Proxy";
const PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";

export const rdsRequireTls = resourceRule({
  name: "rds-require-tls",
  wrong: "A PostgreSQL server, or the proxy before it, takes connections without TLS.",
  why: "One client with the wrong setting then sends passwords and rows in the clear, and nothing tells.",
  severity: Severity.Medium,
  harm: Harm.Practice,
  requirements: ["I4"],
  types: [PARAMETERS, "aws:rds/clusterParameterGroup:ClusterParameterGroup", PROXY],
  settings: {},
  compliant: [
    { type: PARAMETERS, name: "settings", props: { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: "1" }] } },
    { type: PROXY, name: "pool", props: { requireTls: true } },
  ],
  check: (subject) => (subject.type === PROXY ? proxyFaults(subject) : parameterFaults(subject)),
});

function* proxyFaults({ props }: Subject): Faults {
  if (!isTrue(props["requireTls"])) yield { found: said("requireTls", props["requireTls"], "false"), cure: "set requireTls: true" };
}

/** From version 15 on PostgreSQL on RDS has it as its default; a group says so all the same, for the next one who reads it. */
function* parameterFaults({ props }: Subject): Faults {
  if (!/postgres/.test(text(at(props, "family")) ?? "")) return;
  let forced: unknown;
  yield* inTurn(list(props["parameters"]), function* (parameter) {
    const { name, value } = mapping(parameter);
    if (name === "rds.force_ssl") forced = value;
    yield* [];
  });
  if (String(forced) !== "1") yield { found: said("rds.force_ssl", forced), cure: 'set the parameter rds.force_ssl to "1"' };
}
