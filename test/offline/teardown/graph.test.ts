import fc from "fast-check";
import { DeletionGraph } from "../../../offline/teardown/graph";
import { resource } from "./resources";

const names = (waves: { name: string }[][]) => waves.map((wave) => wave.map(({ name }) => name).sort());

describe("the order in which Pulumi's engine deletes", () => {
  // Deleting what others still need is what makes a destroy hang for an hour and then fail.
  it("takes away first what nothing needs, wave by wave", () => {
    const vpc = resource("aws:ec2/vpc:Vpc", "vpc");
    const subnet = resource("aws:ec2/subnet:Subnet", "subnet", { needs: [vpc] });
    const group = resource("aws:ec2/securityGroup:SecurityGroup", "group", { needs: [vpc] });
    const database = resource("aws:rds/instance:Instance", "database", { needs: [subnet, group] });
    expect(names(new DeletionGraph([vpc, subnet, group, database]).waves())).toEqual([["database"], ["group", "subnet"], ["vpc"]]);
  });

  it("keeps a parent until its children are gone, and a provider until its resources are", () => {
    const component = resource("test:index:Thing", "component", { kind: "component" });
    const provider = resource("pulumi:providers:kubernetes", "provider", { parent: component });
    const object = resource("kubernetes:core/v1:ConfigMap", "object", { provider });
    const graph = new DeletionGraph([component, provider, object]);
    expect(names(graph.waves())).toEqual([["object"], ["provider"], ["component"]]);
    expect(graph.goesBefore(object, component)).toBe(true);
    expect(graph.goesBefore(component, object)).toBe(false);
  });

  it("counts a property's dependency like any other", () => {
    const first = resource("a:b:C", "first");
    const second = { ...resource("a:b:C", "second"), propertyDependencies: { name: [first.urn] } };
    expect(new DeletionGraph([first, second]).goesBefore(second, first)).toBe(true);
  });

  // A remote component's dependents name the component alone; without its children the cluster could go before what stands on it.
  it("counts what a component already holds to what its dependents need, and not what joins it later", () => {
    const component = resource("eks:index:Cluster", "component", { kind: "remote" });
    const held = resource("aws:eks/cluster:Cluster", "held", { parent: component });
    const user = resource("aws:eks/nodeGroup:NodeGroup", "user", { needs: [component] });
    const late = resource("aws:eks/addon:Addon", "late", { parent: component, needs: [user] });
    const graph = new DeletionGraph([component, held, user, late]);
    expect(graph.goesBefore(user, held)).toBe(true);
    expect(graph.goesBefore(late, user)).toBe(true);
    expect(graph.goesBefore(user, late)).toBe(false);
  });

  // deletedWith means that nobody asks the provider: the resource is gone when the other one is, however early its own step came.
  it("lets a resource that is deletedWith another last as long as that one", () => {
    const cluster = resource("aws:eks/cluster:Cluster", "cluster");
    const controller = resource("kubernetes:helm.sh/v3:Release", "controller", { options: { deletedWith: cluster.urn } });
    const object = resource("kubernetes:core/v1:Service", "object", { needs: [cluster] });
    const graph = new DeletionGraph([cluster, controller, object]);
    expect(graph.goesBefore(object, controller)).toBe(true);
    expect(names(graph.waves())).toEqual([["controller", "object"], ["cluster"]]);
  });

  it("leaves aside what is named and not in the plan", () => {
    const only = {
      ...resource("a:b:C", "only"),
      dependencies: ["urn:pulumi:dev::test::a:b:C::gone"],
      parent: "urn:pulumi:dev::test::a:b:D::gone",
    };
    expect(names(new DeletionGraph([only]).waves())).toEqual([["only"]]);
  });

  it("names resources that need each other, which no program can make", () => {
    const first = resource("a:b:C", "first");
    const second = resource("a:b:C", "second", { needs: [first] });
    const graph = new DeletionGraph([{ ...first, dependencies: [second.urn] }, second]);
    expect(() => graph.waves()).toThrow(new Error(`these resources need each other: ${first.urn}, ${second.urn}`));
  });

  it("never promises an order that the waves do not keep", () => {
    const edges = fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 80 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const all = Array.from({ length: 30 }, (_, index) => resource("a:b:C", `r${index}`));
        // An edge always leads to an earlier one: so programs are.
        for (const [left, right] of pairs) {
          const [from, to] = [all[Math.max(left, right)], all[Math.min(left, right)]];
          if (from !== undefined && to !== undefined && from !== to) from.dependencies.push(to.urn);
        }
        const graph = new DeletionGraph(all);
        const wave = new Map(graph.waves().flatMap((members, index) => members.map((member) => [member, index] as const)));
        for (const first of all) {
          for (const then of all) {
            if (first !== then && graph.goesBefore(first, then)) expect(wave.get(first) ?? 0).toBeLessThan(wave.get(then) ?? 0);
          }
        }
        expect(wave.size).toBe(all.length);
      }),
      { numRuns: 50 },
    );
  });
});
