import { stateMachineDefinitions } from "../../../../components/learning/model-loop/template-documents";

test("a definition is read as text, what only CloudFormation knows as its name", () => {
  const DefinitionString = {
    "Fn::Join": ["", ['{"A":"arn:', { Ref: "AWS::Partition" }, ":", { "Fn::GetAtt": ["F", "Arn"] }, '","T":"', { Ref: "T" }, '"}']],
  };
  const template = {
    Resources: { M: { Type: "AWS::StepFunctions::StateMachine", Properties: { DefinitionString } }, Q: { Type: "AWS::SQS::Queue" } },
  };
  expect(stateMachineDefinitions(template)).toEqual({ M: '{"A":"arn:aws:${F.Arn}","T":"${T}"}' });
});

test("fails where a definition holds what it cannot read", () => {
  const template = {
    Resources: { M: { Type: "AWS::StepFunctions::StateMachine", Properties: { DefinitionString: { "Fn::ImportValue": "x" } } } },
  };
  expect(() => stateMachineDefinitions(template)).toThrow(
    new Error('a definition holds {"Fn::ImportValue":"x"}, which is neither text, Ref, Fn::GetAtt, Fn::FindInMap, Fn::Sub nor Fn::Join'),
  );
});
