import fc from "fast-check";
import { makeUrn, parseUrn } from "../../../offline/engine/urn";

const STACK = makeUrn("dev", "modelloop", "", "pulumi:pulumi:Stack", "modelloop-dev");

// A URN is a resource's identity: one character off, and a diff against a real deployment shows everything deleted and created anew.
it("leaves the stack out of a child's type, and keeps every other ancestor", () => {
  const network = makeUrn("dev", "modelloop", STACK, "modelloop:index:Network", "net");
  const inner = makeUrn("dev", "modelloop", network, "x:index:Inner", "net-inner");
  expect(network).toBe("urn:pulumi:dev::modelloop::modelloop:index:Network::net");
  expect(makeUrn("dev", "modelloop", inner, "aws:ec2/vpc:Vpc", "net-vpc")).toBe(
    "urn:pulumi:dev::modelloop::modelloop:index:Network$x:index:Inner$aws:ec2/vpc:Vpc::net-vpc",
  );
});

it("reads a URN back, also where the name holds the separator", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const urn = makeUrn("prod", "p", STACK, "aws:s3/bucket:Bucket", name);
      expect(parseUrn(urn)).toEqual({
        stack: "prod",
        project: "p",
        qualifiedType: "aws:s3/bucket:Bucket",
        type: "aws:s3/bucket:Bucket",
        name,
      });
    }),
  );
});

it("fails on what is no URN, naming it", () => {
  expect(() => parseUrn("arn:aws:s3:::x")).toThrow(new Error('"arn:aws:s3:::x" is not a URN'));
});
