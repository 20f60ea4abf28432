/** The whole platform on one page. Pulumi calls the exported function once; the offline engine calls it once for each environment and mode. */
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../components";
import { computeOutputs, createCompute } from "./compute";
import { loadConfig } from "./config/load";
import { layerContext } from "./context";
import { createData, dataOutputs } from "./data";
import { createAuditTrail, createFoundation } from "./foundation";
import { createLearning, learningOutputs } from "./learning";
import { type PlatformOutputs, withoutAbsent } from "./outputs";
import { createServing, servingOutputs } from "./serving";

/** Here and not in each component: also what a provider of others makes, such as the cluster's own role, has to have it. */
function boundRoles(permissionsBoundary: string | undefined): void {
  if (permissionsBoundary === undefined) return;
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
    type === "aws:iam/role:Role" ? { props: { permissionsBoundary, ...props }, opts } : undefined,
  );
}

function platform(): PlatformOutputs {
  const context = layerContext(loadConfig(), pulumi.getProject());
  boundRoles(context.config.foundation.permissionsBoundaryArn);

  const foundation = createFoundation(context);
  const data = createData(context, foundation);
  const auditTrail = createAuditTrail(context, foundation, Object.values<Bucket>(data.buckets));
  const compute = createCompute(context, foundation, data);
  const serving = createServing(context, foundation, data, compute);
  const learning = createLearning(context, foundation, data, compute);

  const { network, dataKey, logsKey } = foundation;
  return withoutAbsent({
    vpcId: network.vpcId,
    vpcCidr: network.cidr,
    publicSubnetIds: network.publicSubnetIds,
    privateSubnetIds: network.privateSubnetIds,
    intraSubnetIds: network.intraSubnetIds,
    natPublicIps: network.natPublicIps,
    dataKeyArn: dataKey.keyArn,
    logsKeyArn: logsKey.keyArn,
    auditTrailArn: auditTrail?.trailArn,
    ...dataOutputs(data),
    ...computeOutputs(compute),
    ...servingOutputs(serving),
    ...learningOutputs(learning),
  });
}
export = platform;
