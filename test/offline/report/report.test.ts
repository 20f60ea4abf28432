import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import type { Properties, RecordedResource } from "../../../offline/engine";
import { redactedRecording, type RedactedRecording } from "../../../offline/plan/redaction";
import { exposures } from "../../../offline/report/exposure";
import { LAYERS, layerOf } from "../../../offline/report/layers";
import { arrange, BOX_HEIGHT, columnLeft, type Edge, essential, type Grid } from "../../../offline/report/layout";
import { reportPage, type Report } from "../../../offline/report/page";
import { layered, type Layered, type Part, serviceOf } from "../../../offline/report/parts";
import { type Point, route, type Routed } from "../../../offline/report/routes";
import { component, options, recording, resource, urnOf } from "../plan/hand-made";

function seen(resources: readonly RecordedResource[], given: Parameters<typeof recording>[1] = {}): RedactedRecording {
  return redactedRecording(recording(resources, { mode: "preview", ...given }));
}

function page(resources: readonly RecordedResource[], more: Partial<Report> = {}): string {
  return reportPage({ preview: seen(resources), stackFile: "Pulumi.dev.yaml", steps: [], notes: [], ...more });
}

describe("C1 the layer of a part", () => {
  it.each([
    ["test:index:X", "stacks/serving.ts#12", "serving"],
    ["test:index:X", "components/foundation/network/network.pulumi.ts#80", "foundation"],
    ["test:index:X", "src/data/index.ts#1", "data"],
    ["modelloop:index:Network", "index.ts#3", "foundation"],
    ["modelloop:index:Bucket", undefined, "data"],
    ["modelloop:index:Bucket", "stacks/learning.ts#3", "learning"],
    ["test:index:X", "other/data-base.ts#3", "other"],
  ])("of %s, written in %s, is %s", (type, source, expected) => {
    expect(layerOf({ type, ...(source === undefined ? {} : { source }) })).toBe(expected);
  });

  // A component of ours in somebody else's program is known by its type alone: otherwise it would stand under "other" for them, and nobody here would see it.
  it("is known by type for every component that this package has", () => {
    const root = path.join(__dirname, "../../../components");
    const built = fs
      .readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".pulumi.ts"))
      .flatMap((file) => {
        const tokens = fs.readFileSync(path.join(root, file), "utf8").matchAll(/super\(\s*"(modelloop:index:\w+)"/g);
        return [...tokens].map(([, token = ""]) => ({ token, folder: file.split(path.sep)[0] }));
      });
    expect(built).toContainEqual({ token: "modelloop:index:Network", folder: "foundation" });
    expect(built.filter(({ token, folder }) => layerOf({ type: token }) !== folder)).toEqual([]);
  });
});

describe("C1 the parts of a plan", () => {
  const key = component("test:index:Key", "key", { source: "stacks/foundation.ts#1" });
  const store = component("test:index:Store", "store", { source: "stacks/data.ts#1" });
  const inner = component("test:index:Inner", "store-inner", { parent: store.urn });
  const cmk = resource("aws:kms/key:Key", "key-cmk", { parent: key.urn, options: options({ protect: true }) });
  const bucket = resource("aws:s3/bucket:Bucket", "store-bucket", { parent: inner.urn, dependencies: [cmk.urn] });
  const cluster = resource("pulumi:providers:kubernetes", "cluster", { source: "stacks/compute.ts#1" });
  const loose = resource("kubernetes:apps/v1:Deployment", "api", {
    provider: `${cluster.urn}::`,
    dependencies: ["urn:pulumi:dev::shop::gone::x"],
  });
  const standard = resource("pulumi:providers:aws", "default_1", { modelled: true });
  const read = resource("aws:ec2/vpc:Vpc", "found", { kind: "read" });
  const found = layered(seen([key, store, inner, cmk, bucket, cluster, loose, standard, read]));
  const part = (name: string) => found.layers.flatMap(({ parts }) => parts).find((one) => one.name === name);

  it("are components at the top and loose resources by service, so that nothing vanishes", () => {
    expect(found.layers.map(({ layer, parts }) => [layer, parts.map(({ name, label }) => `${name}: ${label}`)])).toEqual([
      ["foundation", ["key: Key"]],
      ["data", ["store: Store"]],
      ["compute", ["pulumi providers: 1 loose resource"]],
      ["other", ["aws ec2: 1 loose resource", "kubernetes apps: 1 loose resource"]],
    ]);
    expect(part("store")?.members.map(({ resource, depth }) => [resource.name, depth])).toEqual([
      ["store", 0],
      ["store-inner", 1],
      ["store-bucket", 2],
    ]);
  });

  it("need each other where their resources do, also by the provider that the program names", () => {
    expect(part("store")?.needs).toEqual([part("key")?.id]);
    expect(part("kubernetes apps")?.needs).toEqual([part("pulumi providers")?.id]);
    expect(part("key")?.needs).toEqual([]);
  });

  it("are counted as a person counts: components and look-ups apart, default providers not at all", () => {
    expect(found.counts).toEqual({ components: 3, resources: 4, modelled: 0, lookedUp: 1, protected: 1 });
  });

  it.each([
    ["aws:s3/bucketPolicy:BucketPolicy", "aws s3"],
    ["kubernetes:apps/v1:Deployment", "kubernetes apps"],
    ["random:index/randomId:RandomId", "random"],
    ["odd", "odd"],
  ])("of %s belong to the service %s", (type, service) => expect(serviceOf(type)).toBe(service));
});

describe("C1 what is open to the world", () => {
  const world = { cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], protocol: "tcp", fromPort: 443, toPort: 443 };
  const policy = (statement: Properties) => ({ policy: JSON.stringify({ Statement: [statement] }) });

  it.each([
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [world] }, ["lets in tcp port 443 from 0.0.0.0/0"]],
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ protocol: "-1", ipv6CidrBlocks: ["::/0"] }] }, ["lets in everything from ::/0"]],
    [
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      { ...world, type: "ingress", toPort: 450 },
      ["lets in tcp ports 443 to 450 from 0.0.0.0/0"],
    ],
    ["aws:ec2/securityGroupRule:SecurityGroupRule", { ...world, type: "egress" }, []],
    [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      { cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 22, toPort: 22 },
      ["lets in tcp port 22 from 0.0.0.0/0"],
    ],
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ cidrBlocks: ["10.0.0.0/8"] }], egress: [world] }, []],
    // The provider's default is open: what is not said is said.
    ["aws:eks/cluster:Cluster", { vpcConfig: { subnetIds: [] } }, ["has an API endpoint that the whole internet can reach"]],
    ["aws:eks/cluster:Cluster", { vpcConfig: { publicAccessCidrs: ["1.2.3.4/32"] } }, []],
    ["aws:eks/cluster:Cluster", { vpcConfig: { endpointPublicAccess: false } }, []],
    ["aws:rds/instance:Instance", { publiclyAccessible: true }, ["has a public address"]],
    ["aws:rds/instance:Instance", {}, []],
    ["aws:lb/loadBalancer:LoadBalancer", {}, ["faces the internet"]],
    ["aws:lb/loadBalancer:LoadBalancer", { internal: true }, []],
    [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true },
      ["leaves restrictPublicBuckets off"],
    ],
    [
      "aws:s3/bucketPolicy:BucketPolicy",
      policy({ Effect: "Allow", Principal: "*", Action: ["s3:GetObject"] }),
      ["allows everyone s3:GetObject"],
    ],
    ["aws:sqs/queuePolicy:QueuePolicy", policy({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sqs:*" }), ["allows everyone sqs:*"]],
    ["aws:s3/bucketPolicy:BucketPolicy", policy({ Effect: "Deny", Principal: "*", Action: "s3:*" }), []],
    ["aws:s3/bucketPolicy:BucketPolicy", policy({ Effect: "Allow", Principal: "*", Action: "s3:*", Condition: {} }), []],
    ["aws:s3/bucketPolicy:BucketPolicy", { policy: "[unknown]" }, []],
    ["aws:lambda/permission:Permission", { principal: "*", action: "lambda:Invoke" }, ["lets everyone call it"]],
    ["aws:lambda/permission:Permission", { principal: "s3.amazonaws.com" }, []],
    ["kubernetes:core/v1:Service", { spec: { type: "LoadBalancer" } }, ["asks for a load balancer that faces the internet"]],
    [
      "kubernetes:core/v1:Service",
      { spec: { type: "LoadBalancer" }, metadata: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" } } },
      [],
    ],
    ["kubernetes:core/v1:Service", { spec: { type: "ClusterIP" } }, []],
    ["some:other/type:Type", { ingress: [world] }, []],
  ] as [string, Properties, string[]][])("of %s with %j is %j", (type, inputs, expected) => {
    expect(exposures({ type, inputs })).toEqual(expected);
  });
});

describe("C1 the picture", () => {
  /** Layers of parts with lines between them in all directions, rings included. */
  const platforms = fc
    .array(fc.nat({ max: 7 }), { minLength: 1, maxLength: LAYERS.length })
    .map((sizes) => sizes.flatMap((size, layer) => Array.from({ length: size }, () => LAYERS[layer] ?? "other")))
    .filter((layersOf) => layersOf.length > 0)
    .chain((layersOf) => {
      const index = fc.nat({ max: layersOf.length - 1 });
      const edges = fc.array(fc.tuple(index, index), { maxLength: 40 }).map((pairs) => {
        const unique = new Set(pairs.filter(([from, to]) => from !== to).map(([from, to]) => `p${from} p${to}`));
        return [...unique].map((pair): Edge => ({ from: pair.split(" ")[0] ?? "", to: pair.split(" ")[1] ?? "" }));
      });
      return fc.record({ layersOf: fc.constant(layersOf), edges });
    });

  function drawn(
    layersOf: readonly (typeof LAYERS)[number][],
    edges: readonly Edge[],
  ): { grid: Grid; routed: Routed; layers: Layered["layers"] } {
    const parts = layersOf.map((layer, index): Part => ({
      id: `p${index}`,
      name: `p${index}`,
      label: "",
      layer,
      isComponent: true,
      members: [],
      needs: [],
    }));
    const layers = LAYERS.map((layer) => ({ layer, parts: parts.filter((part) => part.layer === layer) })).filter(
      ({ parts: own }) => own.length > 0,
    );
    const grid = arrange(layers, edges);
    return { grid, routed: route(grid, edges), layers };
  }

  const segments = (points: readonly Point[]) => points.slice(1).map((to, index) => [points[index] as Point, to] as const);

  // A line through a box reads as a connection that is not there.
  it("draws no line through a box, and none askew", () => {
    fc.assert(
      fc.property(platforms, ({ layersOf, edges }) => {
        const { grid, routed } = drawn(layersOf, edges);
        expect(routed.routes).toHaveLength(edges.length);
        const lines = routed.routes.flatMap(({ points }) => segments(points));
        const askew = lines.filter(([from, to]) => Math.min(Math.abs(from.x - to.x), Math.abs(from.y - to.y)) > 1e-6);
        const through = lines.filter(([from, to]) =>
          grid.boxes.some((box) => {
            const [left, top] = [columnLeft(grid, box.column), routed.rowTops[box.row] ?? 0];
            const beside = Math.max(from.x, to.x) <= left || Math.min(from.x, to.x) >= left + grid.boxWidth;
            const above = Math.max(from.y, to.y) <= top || Math.min(from.y, to.y) >= top + BOX_HEIGHT;
            return !beside && !above;
          }),
        );
        expect({ askew, through }).toEqual({ askew: [], through: [] });
      }),
    );
  });

  // Two lines on top of each other cannot be told apart: whoever follows one ends at the other's box.
  it("lays no line upon another, unless both lead into the same box", () => {
    fc.assert(
      fc.property(platforms, ({ layersOf, edges }) => {
        const { routed } = drawn(layersOf, edges);
        const all = routed.routes.flatMap(({ to, points }) => segments(points).map(([a, b]) => ({ to, a, b })));
        const together = all.flatMap((one, index) =>
          all.slice(index + 1).filter((other) => one.to !== other.to && overlap(one, other) > 0.5),
        );
        expect(together).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("begins at the box that needs and ends at the one that is needed, and keeps boxes apart and inside", () => {
    fc.assert(
      fc.property(platforms, ({ layersOf, edges }) => {
        const { grid, routed } = drawn(layersOf, edges);
        const places = new Set(grid.boxes.map(({ row, column }) => `${row} ${column}`));
        expect(places.size).toBe(layersOf.length);
        expect(grid.boxes.every(({ column }) => column >= 0 && column < grid.columns)).toBe(true);
        const isAt = (id: string, point: Point | undefined) => {
          const box = grid.boxes.find(({ part }) => part.id === id);
          if (box === undefined || point === undefined) return false;
          const [left, top] = [columnLeft(grid, box.column), routed.rowTops[box.row] ?? 0];
          return point.x > left && point.x < left + grid.boxWidth && (point.y === top || point.y === top + BOX_HEIGHT);
        };
        for (const { from, to, points } of routed.routes) expect([isAt(from, points[0]), isAt(to, points.at(-1))]).toEqual([true, true]);
      }),
    );
  });

  it("puts the foundation at the bottom, and what a layer's own parts need below them", () => {
    const { grid } = drawn(["foundation", "data", "data", "data", "data", "data"], [{ from: "p1", to: "p5" }]);
    const row = (id: string) => grid.boxes.find(({ part }) => part.id === id)?.row;
    expect(grid.bands.map(({ layer }) => layer)).toEqual(["data", "foundation"]);
    expect(row("p1")).toBe(0);
    expect(row("p5")).toBe(1);
    expect(row("p0")).toBe(2);
  });

  it("leaves a line out only where a longer way says the same", () => {
    const edges = ["a b", "b c", "a c", "a d"].map((pair) => ({ from: pair.charAt(0), to: pair.charAt(2) }));
    expect(essential(edges).map(({ from, to }) => `${from} ${to}`)).toEqual(["a b", "b c", "a d"]);
    fc.assert(
      fc.property(platforms, ({ edges: all }) => {
        expect(reach(essential(all))).toEqual(reach(all));
      }),
    );
  });
});

interface Stretch {
  a: Point;
  b: Point;
}

/** Length that two upright or level stretches share. */
function overlap(one: Stretch, other: Stretch): number {
  const shared = (axis: "x" | "y") => {
    const across = axis === "x" ? "y" : "x";
    const values = [one.a[across], one.b[across], other.a[across], other.b[across]];
    if (Math.max(...values) - Math.min(...values) > 0.5) return 0;
    return (
      Math.min(Math.max(one.a[axis], one.b[axis]), Math.max(other.a[axis], other.b[axis])) -
      Math.max(Math.min(one.a[axis], one.b[axis]), Math.min(other.a[axis], other.b[axis]))
    );
  };
  return Math.max(shared("x"), shared("y"));
}

/** What can be reached from where. */
function reach(edges: readonly Edge[]): string[] {
  const found = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const pair of [...found]) {
      const [from = "", by] = pair.split(" ");
      for (const edge of edges) if (edge.from === by && edge.to !== from) found.add(`${from} ${edge.to}`);
    }
  }
  return [...found].sort();
}

describe("C1 the report", () => {
  // The page is opened from a pull request's artifacts. A tag in a resource's name must not run there.
  it("escapes every text of the program", () => {
    const evil = `<script>alert("x")</script>'&`;
    const html = page(
      [
        component("test:index:X", evil, { source: `${evil}.ts#1` }),
        resource("aws:lb/loadBalancer:LoadBalancer", `${evil}2`, { inputs: { [evil]: evil }, options: options({ protect: true }) }),
      ],
      {
        preview: seen([resource("a:b/c:D", evil, { inputs: { v: evil } })], { project: evil, stackOutputs: { [evil]: evil } }),
        steps: [{ name: evil, status: "ok", summary: [evil] }],
        notes: [evil],
        region: evil,
        stackFile: evil,
      },
    );
    expect(html).not.toContain("<script>alert");
    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;");
  });

  it("needs nothing from elsewhere", () => {
    const html = page([component("test:index:X", "x")]);
    expect(html).not.toMatch(/<(link|img|iframe)\b|\ssrc=|@import|url\((?!#)|https?:\/\//);
  });

  it("shows what is open, protected, put out and not known yet, and says when nothing is", () => {
    const full = page([], {
      preview: seen(
        [
          resource("aws:lb/loadBalancer:LoadBalancer", "front", { source: "index.ts#7", inputs: { name: "[unknown]" } }),
          resource("aws:rds/instance:Instance", "db", {
            options: options({ protect: true, retainOnDelete: true }),
            inputs: { publiclyAccessible: false },
          }),
          resource("aws:s3/bucket:Bucket", "kept", { options: options({ retainOnDelete: true }) }),
        ],
        { stackOutputs: { url: "[unknown]", zone: "a", list: ["[unknown]", 1] } },
      ),
      notes: ["Look here."],
      changes: {
        against: "the last run",
        templates: [],
        diff: {
          created: [{ urn: "u", type: "a:b:C", name: "fresh" }],
          deleted: [],
          changed: [{ urn: "u", type: "a:b:C", name: "db", properties: [{ path: "size", before: 1, after: 2 }] }],
          moved: [],
          unchanged: 4,
          outputs: [],
          secretsNotCompared: 1,
        },
      },
    });
    const text = full
      .replace(/<(style|script)>[\s\S]*?<\/\1>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ");
    for (const words of [
      "front faces the internet LoadBalancer index.ts:7",
      "Look here.",
      "db , which stays in the account even when it leaves the stack",
      "1 more stays in the account when the stack is destroyed.",
      "list [known after deployment,1]",
      "url known after deployment",
      "front LoadBalancer name",
      "created fresh",
      "changed db size: 1 → 2",
      "4 unchanged.",
      "Not compared: 1 secret value, which no plan holds.",
    ]) {
      expect(text).toContain(words);
    }
    const empty = page([]);
    for (const words of [
      "The program creates no resource.",
      "Nothing was found that opens itself to the world.",
      "Nothing is protected",
      "The stack has no outputs.",
      "Everything is known before.",
    ]) {
      expect(empty).toContain(words);
    }
  });

  it("links every box to its part, and every part to what it needs", () => {
    const [a, b] = [component("test:index:A", "a"), component("test:index:B", "b", { dependencies: [urnOf("test:index:A", "a")] })];
    const html = page([a, b]);
    const anchors = [...html.matchAll(/href="#(part-\d+)"/g)].map(([, id]) => id);
    const ids = [...html.matchAll(/<details class="part" id="(part-\d+)"/g)].map(([, id]) => id);
    expect(new Set(anchors)).toEqual(new Set(ids));
    expect(html).toContain('<p class="muted">Needs <a href="#part-1">a</a>.</p>');
    expect(html).toContain('<p class="muted">Needed by <a href="#part-2">b</a>.</p>');
  });
});
