import {
  ClusterAccessLevel,
  clusterFaults,
  type ClusterShape,
  ControlPlaneLog,
  serviceCidrFaults,
} from "../../../../components/compute/cluster/cluster";

const faults = (shape: ClusterShape) => clusterFaults("ml", shape);

describe("I2 what a cluster may be", () => {
  it("takes the smallest, and one with everything", () => {
    expect(faults({})).toEqual([]);
    expect(
      faults({
        ...{ clusterName: "prod_ml-1", publicEndpoint: true, publicAccessCidrs: ["203.0.113.0/24"], serviceCidr: "10.100.0.0/16" },
        controlPlaneLogs: { types: Object.values(ControlPlaneLog), retentionDays: 365 },
        access: [
          { name: "deployers", level: ClusterAccessLevel.ClusterAdmin },
          { name: "data", level: ClusterAccessLevel.Edit, namespaces: ["mlops"] },
          { name: "loop", kubernetesGroups: ["traffic-writers"] },
        ],
      }),
    ).toEqual([]);
  });

  it.each(["-ml", "ml.prod", "", "x".repeat(101)])("refuses the name %p", (clusterName) => {
    expect(faults({ clusterName })).toEqual([
      `clusterName is ${JSON.stringify(clusterName)}; EKS takes up to 100 letters, digits, hyphens and underscores, the first a letter or digit: choose such a name`,
    ]);
  });
});

describe("I2 the way in", () => {
  // EKS itself takes a missing list for the whole internet.
  it("refuses a public endpoint without an allow list", () => {
    expect(faults({ publicEndpoint: true })).toEqual([
      "publicEndpoint is true without publicAccessCidrs; EKS then answers the whole internet: name the ranges that may reach it, or leave publicEndpoint out",
    ]);
  });

  it("refuses a list without a public endpoint", () => {
    expect(faults({ publicAccessCidrs: ["203.0.113.7/32"] })).toEqual([
      "publicAccessCidrs is set without publicEndpoint; a private endpoint has no such list: set publicEndpoint to true, or leave it out",
    ]);
  });

  it("refuses the whole internet unless that is said by name", () => {
    const open = { publicEndpoint: true, publicAccessCidrs: ["203.0.113.7/32", "0.0.0.0/0"] };
    expect(faults(open)).toEqual([
      "publicAccessCidrs[1] is 0.0.0.0/0; it lets the internet at large try the cluster's door: name narrower ranges, or set allowPublicAccessFromAnywhere to true",
    ]);
    expect(faults({ ...open, allowPublicAccessFromAnywhere: true })).toEqual([]);
  });

  // The next commit after a refused 0.0.0.0/0 names its two halves.
  it("refuses the whole internet in halves, too", () => {
    expect(faults({ publicEndpoint: true, publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] })).toEqual([
      "publicAccessCidrs[0] is 0.0.0.0/1; it lets the internet at large try the cluster's door: name narrower ranges, or set allowPublicAccessFromAnywhere to true",
    ]);
  });

  // EKS says so after a quarter of an hour.
  it("refuses addresses that nobody on the internet has", () => {
    expect(faults({ publicEndpoint: true, publicAccessCidrs: ["10.0.0.0/8", "203.0.113.0/24"] })).toEqual([
      "publicAccessCidrs[0] is 10.0.0.0/8; it lies in 10.0.0.0/8, from which nobody comes by the internet, and EKS refuses it: name the public address behind which you are, or take it out",
    ]);
  });

  it("refuses what is no range, and the same range twice", () => {
    expect(faults({ publicEndpoint: true, publicAccessCidrs: ["203.0.113.7", "203.0.113.0/24", "203.0.113.0/24"] })).toEqual([
      `publicAccessCidrs[0] is "203.0.113.7"; an IPv4 range is written like 10.0.0.0/16: write it so`,
      "publicAccessCidrs names 203.0.113.0/24 more than once; each counts once: name it once",
    ]);
  });
});

describe("I2 the range of Services", () => {
  it.each([
    ["172.20.0.0", [`serviceCidr is "172.20.0.0"; an IPv4 range is written like 10.0.0.0/16: write it so`]],
    ["172.16.0.0/11", ["serviceCidr is 172.16.0.0/11; a range is named by its first address: use 172.0.0.0/11"]],
    ["10.0.0.0/11", ["serviceCidr is 10.0.0.0/11; EKS takes /12 to /24: use 172.20.0.0/16"]],
    ["10.1.2.0/25", ["serviceCidr is 10.1.2.0/25; EKS takes /12 to /24: use 172.20.0.0/16"]],
    ["100.64.0.0/16", ["serviceCidr is 100.64.0.0/16; it must be private: choose one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"]],
  ])("refuses %s", (range, expected) => {
    expect(serviceCidrFaults(range)).toEqual(expected);
  });
});

describe("I2 logs and people", () => {
  it("refuses unknown and repeated logs, and a time that CloudWatch does not have", () => {
    const types = [ControlPlaneLog.Audit, "audits" as ControlPlaneLog, ControlPlaneLog.Audit];
    expect(faults({ controlPlaneLogs: { types, retentionDays: 45 } })).toEqual([
      `controlPlaneLogs.types[1] is "audits"; it must be one of api, audit, authenticator, controllerManager, scheduler: use one of these`,
      "controlPlaneLogs.types names audit more than once; each counts once: name it once",
      "controlPlaneLogs.retentionDays is 45; CloudWatch Logs keeps logs for certain periods only: use 60",
    ]);
  });

  // EKS refuses the second entry when the cluster is there, and an empty list of namespaces with a word about scopes.
  it("refuses a client of the API without a group", () => {
    expect(faults({ apiClients: [{ name: "runner", securityGroupId: "sg-1" }, { name: "runner" }] })).toEqual([
      "apiClients[1].securityGroupId is missing; nobody is let in by address: give the id of the client's security group",
      "apiClients names runner more than once; each counts once: name it once",
    ]);
  });

  it("refuses one principal twice, and access to no namespace", () => {
    const principalArn = "arn:aws:iam::123456789012:role/data";
    const access = [
      { name: "data", principalArn, level: ClusterAccessLevel.View },
      { name: "data-too", principalArn, level: ClusterAccessLevel.Edit, namespaces: [] },
    ];
    expect(faults({ access })).toEqual([
      "access[1].principalArn is access[0]'s, too; EKS has one entry for each principal: make one of the two, with the higher level",
      "access[1].namespaces is empty; it could do nothing anywhere: name one, or leave it out for the whole cluster",
    ]);
  });

  it("refuses to be without a node of its own", () => {
    expect(faults({ systemNodes: { minSize: 0 } })).toEqual([
      "systemNodes.minSize is 0; DNS and the autoscaler run on these nodes, and without one nothing ever starts: keep 1 or more",
    ]);
  });

  it("refuses access that gives nothing, gives too much, or cannot be limited", () => {
    const access = [
      { name: "a" },
      { name: "b", kubernetesGroups: ["system:masters"] },
      { name: "c", level: ClusterAccessLevel.ClusterAdmin, namespaces: ["mlops"] },
      { name: "c", kubernetesGroups: ["readers"], namespaces: ["mlops"] },
    ];
    expect(faults({ access })).toEqual([
      "access names c more than once; each counts once: name it once",
      "access[0] has neither level nor kubernetesGroups; who is let in may then do nothing: give one of the two",
      "access[1].kubernetesGroups has system:masters; EKS keeps system: for itself: use a level, or a group of your own",
      "access[2].namespaces is set with level ClusterAdmin; that level is for the whole cluster: use Admin, or leave it out",
      "access[3].namespaces is set without level; groups get their rights from Kubernetes itself: give a level, or leave it out",
    ]);
  });
});
