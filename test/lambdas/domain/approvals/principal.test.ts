import fc from "fast-check";
import { identityOf, isApprover, principalOf } from "../../../../lambdas/domain/approvals/principal";

const account = "123456789012";
const role = `arn:aws:iam::${account}:role/team/ml-lead`;
const ada = `arn:aws:sts::${account}:assumed-role/ml-lead/ada@example.com`;
const bob = `arn:aws:sts::${account}:assumed-role/ml-lead/bob`;
const sso = `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_MlLead_0123456789abcdef/ada`;
const ssoRole = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_MlLead_0123456789abcdef`;
const user = `arn:aws:iam::${account}:user/people/eve`;

it.each([
  [role, { kind: "role", account, name: "ml-lead" }],
  [ada, { kind: "role", account, name: "ml-lead", session: "ada@example.com" }],
  [ssoRole, { kind: "role", account, name: "AWSReservedSSO_MlLead_0123456789abcdef" }],
  [user, { kind: "user", account, name: "eve" }],
  ["arn:aws-cn:iam::123456789012:role/x", { kind: "role", account, name: "x" }],
  [`arn:aws:iam::${account}:root`, { kind: "other", account, name: "root" }],
  [`arn:aws:sts::${account}:federated-user/ada`, { kind: "other", account, name: "federated-user/ada" }],
  [`arn:aws:iam::${account}:role/`, { kind: "other", account, name: "role/" }],
  [`arn:aws:sts::${account}:assumed-role/a/b/c`, { kind: "other", account, name: "assumed-role/a/b/c" }],
  ["arn:aws:s3:::bucket", undefined],
  ["ada", undefined],
  ["", undefined],
])("R4 %s is who it says", (arn, principal) => {
  expect(principalOf(arn)).toEqual(principal);
});

describe("R4 an approver", () => {
  it.each([
    ["a role, for whoever has assumed it, whatever its path", ada, role, true],
    ["a role of single sign-on", sso, ssoRole, true],
    ["a user", user, user, true],
    ["a session, for that one alone", ada, ada, true],
    ["a session, but not for another of its role", bob, ada, false],
    ["another role", sso, role, false],
    ["a role of the same name in another account", ada.replace(account, "210987654321"), role, false],
    ["a user who is called like the role", `arn:aws:iam::${account}:user/ml-lead`, role, false],
    ["the whole account, which is nobody", `arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:root`, false],
    ["no ARN", "ml-lead", "ml-lead", false],
  ])("may be %s", (_, caller, approver, is) => {
    expect(isApprover(caller, approver)).toBe(is);
  });
});

// Sessions are named by whoever assumes the role: two of them are no two people.
it("R4 all sessions of a role are one, and nothing unreadable is anybody else", () => {
  expect(identityOf(ada)).toBe(identityOf(bob));
  expect(identityOf(ada)).toBe(identityOf(role));
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(identityOf(one) === identityOf(other)).toBe(one === other);
      expect(isApprover(one, other)).toBe(false);
    }),
  );
});
