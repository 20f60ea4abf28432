/** An account that answers as told. What a test does not tell is unknown, as where a permission is missing. */
import { type Answer, type Cloud, known, unknown } from "../../../offline/preflight/cloud";

export const ACCOUNT = "123456789012";
export const ROLE = { account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/me` };

export function fakeCloud(answers: Partial<{ [verb in keyof Cloud]: Cloud[verb] }> = {}): Cloud {
  const silent = (verb: string) => (): Promise<Answer<never>> => Promise.resolve(unknown(`${verb} was not told`));
  return {
    identity: () => Promise.resolve(known(ROLE)),
    quotas: silent("quotas"),
    runningInstances: silent("runningInstances"),
    addresses: silent("addresses"),
    vpcs: silent("vpcs"),
    natGateways: silent("natGateways"),
    clusterNames: silent("clusterNames"),
    zones: silent("zones"),
    zonesOfSubnets: silent("zonesOfSubnets"),
    instanceOfferings: silent("instanceOfferings"),
    kubernetesVersion: silent("kubernetesVersion"),
    certificate: silent("certificate"),
    bucket: silent("bucket"),
    permissions: silent("permissions"),
    ...answers,
  };
}

export function answering<T>(value: T): () => Promise<Answer<T>> {
  return () => Promise.resolve(known(value));
}
