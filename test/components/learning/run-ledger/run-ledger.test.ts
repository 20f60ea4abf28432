import { stackPolicyThatKeeps } from "../../../../components/learning/run-ledger/run-ledger";

// A replaced ledger is an empty one: every alarm of the last two months would be new to it.
test("the stack's policy lets everything be updated, and the ledger be neither replaced nor removed", () => {
  expect(JSON.parse(stackPolicyThatKeeps(["Ledger1", "Key2"]))).toEqual({
    Statement: [
      { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
      {
        Effect: "Deny",
        Action: ["Update:Replace", "Update:Delete"],
        Principal: "*",
        Resource: ["LogicalResourceId/Ledger1", "LogicalResourceId/Key2"],
      },
    ],
  });
});
