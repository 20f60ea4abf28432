import { clientFaults } from "../../../components/shared/clients";

describe("I4 I5 clients", () => {
  // A rule by address lets in whoever gets that address next.
  it("fails on a client without a security group, and on names that no child can have", () => {
    expect(clientFaults([{ name: "nodes", securityGroupId: "sg-1" }, { name: "The office" }])).toEqual([
      'clients[1].name is "The office"; a rule\'s name is made from it: use lower-case letters, digits and single hyphens',
      "clients[1].securityGroupId is missing; nobody is let in by address: give the id of the client's security group",
    ]);
    const twice = { name: "nodes", securityGroupId: "sg-1" };
    expect(clientFaults([twice, twice])).toEqual(["clients names nodes more than once; each counts once: name it once"]);
  });
});
