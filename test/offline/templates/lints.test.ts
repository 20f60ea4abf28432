/** Each lint with what it refuses and what it lets pass. What is not seen here is seen by whoever is on call. */
import type { Json } from "../../../offline/engine";
import { lintStateMachine } from "../../../offline/templates/lints/lint";

type State = { [field: string]: Json };

const machine = (States: Record<string, State>, more: State = {}): Json => ({
  ...{ QueryLanguage: "JSONata", StartAt: Object.keys(States)[0] ?? "", States, ...more },
});
const pass = (more: State = {}): State => ({ Type: "Pass", End: true, ...more });
const task = (more: State = {}): State => ({
  ...{ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 60, End: true, ...more },
});
const on = (...ErrorEquals: string[]): State => ({ ErrorEquals, Next: "E" });
const E = pass();

const ROWS: [string, Json, string[], Json][] = [
  [
    "a variable that one way to a state does not assign",
    machine({
      C: { Type: "Choice", Choices: [{ Condition: "{% $states.input.a %}", Assign: { n: 1 }, Next: "E" }], Default: "E" },
      E: pass({ Output: "{% $n + 1 %}" }),
    }),
    ["E reads $n, which not every way to it assigns: assign it before, or ask with $exists($n)"],
    machine({
      C: { Type: "Choice", Choices: [{ Condition: "{% $states.input.a %}", Assign: { n: 1 }, Next: "E" }], Assign: { n: 2 }, Default: "E" },
      E: pass({ Output: "{% ($m := $n; $m + $map([1], function($v, $i) { $v + $i })) %}" }),
    }),
  ],
  [
    "a variable that a catcher's way does not assign",
    machine({ T: task({ Assign: { n: 1 }, Next: "E", Catch: [on("States.ALL")] }), E: pass({ Output: "{% $n %}" }) }),
    ["E reads $n, which not every way to it assigns: assign it before, or ask with $exists($n)"],
    machine({ T: task({ Assign: { n: 1 }, Next: "E", Catch: [on("States.ALL")] }), E: pass({ Output: "{% $exists($n) ? $n : 0 %}" }) }),
  ],
  [
    "$eval",
    machine({ E: pass({ Output: "{% $eval('1') %}" }) }),
    ["E calls $eval, which Step Functions has not: use $parse"],
    machine({ E: pass({ Output: "{% $parse('1') %}" }) }),
  ],
  [
    "a function that is none",
    machine({ E: pass({ Output: "{% $maximum([1]) %}" }) }),
    ["E calls $maximum, which is no function"],
    machine({ E: pass({ Output: "{% ($twice := function($x) { $x * 2 }; $twice(1)) %}" }) }),
  ],
  [
    "the greatest of what may be empty",
    machine({ E: pass({ Output: "{% $max([$states.input.f.psi]) %}" }) }),
    ["E: {% $max([$states.input.f.psi]) %} holds $max of what may be empty; nothing is an error here: guard it with $exists or $count"],
    machine({ E: pass({ Output: "{% $max([0, $states.input.f.psi]) %}" }) }),
  ],
  [
    "the sum of a path",
    machine({ E: pass({ Output: "{% $sum($states.input.f.n) %}" }) }),
    ["E: {% $sum($states.input.f.n) %} holds $sum of a path; nothing is an error here: guard it with $exists or $count"],
    machine({ E: pass({ Output: "{% $sum([$states.input.f.n]) %}" }) }),
  ],
  [
    "a filter that nothing may pass",
    machine({ E: pass({ Output: "{% $states.input.m[Name = 'auc'].Value %}" }) }),
    [
      "E: {% $states.input.m[Name = 'auc'].Value %} holds a filter that nothing may pass; nothing is an error here: guard it with $exists or $count",
    ],
    machine({ E: pass({ Output: "{% [$states.input.m[Name = 'auc'].Value] %}" }) }),
  ],
  [
    "items that are no array where there is one of them",
    machine({ M: { Type: "Map", Items: "{% $states.input.f.name %}", ItemProcessor: machine({ E }), End: true } }),
    ["M: Items is {% $states.input.f.name %}, which is one thing or nothing as well as an array: write [ … ] around it"],
    machine({ M: { Type: "Map", Items: "{% [$states.input.f.name] %}", ItemProcessor: machine({ E }), End: true } }),
  ],
  [
    "JSONPath, which the validator lets pass",
    machine({ E: pass({ ResultPath: "$.a" }) }),
    ["E has ResultPath, and its machine is written in JSONata"],
    machine({ E: pass({ Output: { a: 1 } }) }),
  ],
  [
    "an integration that there is not",
    machine({ T: task({ Resource: "arn:aws:states:::sagemaker:createTrainingJob.sync:2" }) }),
    ["T calls arn:aws:states:::sagemaker:createTrainingJob.sync:2, which is no integration of Step Functions that is known here"],
    machine({ T: task({ Resource: "arn:aws:states:::sagemaker:createTrainingJob.sync" }) }),
  ],
  [
    "an action of the SDK that is waited for",
    machine({ T: task({ Resource: "arn:aws:states:::aws-sdk:s3:putObject.sync" }) }),
    ["T calls arn:aws:states:::aws-sdk:s3:putObject.sync, which is no integration of Step Functions that is known here"],
    machine({ T: task({ Resource: "arn:aws:states:::aws-sdk:s3:putObject" }) }),
  ],
  [
    "a task without an end",
    machine({ T: { Type: "Task", Resource: "${Train.Arn}", End: true } }),
    ["T has no TimeoutSeconds: Step Functions would wait 99999999 seconds for an answer that is lost"],
    machine({ T: { Type: "Task", Resource: "${Train.Arn}", TimeoutSeconds: 900, End: true } }),
  ],
  [
    "a question to people without a way for their silence",
    machine({
      T: task({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", HeartbeatSeconds: 60, Catch: [on("States.Timeout")] }),
      E,
    }),
    ["T waits for an answer that may never come, and does not catch States.HeartbeatTimeout"],
    machine({ T: task({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Catch: [on("States.Timeout")] }), E }),
  ],
  [
    "States.ALL before others, or beside them",
    machine({ T: task({ Catch: [on("States.ALL"), on("X")], Retry: [{ ErrorEquals: ["X", "States.ALL"] }] }), E }),
    [
      "T: States.ALL stands beside other errors in Retry, and must stand alone",
      "T: States.ALL is not the last in Catch; what follows is never looked at",
    ],
    machine({ T: task({ Catch: [on("X"), on("States.ALL")], Retry: [{ ErrorEquals: ["States.ALL"] }] }), E }),
  ],
  [
    "a Parallel that catches errors by names that AWS does not promise",
    machine({ P: { Type: "Parallel", Branches: [machine({ E })], Catch: [on("Bad")], End: true }, E }),
    ["P catches Bad of its branches, whose errors' names AWS does not promise: catch States.ALL"],
    machine({ P: { Type: "Parallel", Branches: [machine({ E })], Catch: [on("Bad"), on("States.ALL")], End: true }, E }),
  ],
  [
    "a branch that assigns a variable of the outside",
    machine({
      A: pass({ Assign: { n: 1 }, End: false, Next: "P" }),
      P: { Type: "Parallel", Branches: [machine({ E: pass({ Assign: { n: 2 }, End: false, Next: "F" }), F: pass() })], End: true },
    }),
    ["P / E assigns $n, which belongs to the scope around it: an inner scope needs names of its own"],
    machine({
      A: pass({ Assign: { n: 1 }, End: false, Next: "P" }),
      P: { Type: "Parallel", Branches: [machine({ E: pass({ Assign: { m: "{% $n %}" }, End: false, Next: "F" }), F: pass() })], End: true },
    }),
  ],
  [
    "a payload that is nearly full before an expression has added to it",
    machine({ E: pass({ Output: "x".repeat(220_000) }) }),
    ["E: Output has 220002 bytes as it stands; a payload may have 262144"],
    machine({ E: pass({ Output: "x".repeat(200_000) }) }),
  ],
  [
    "a round without a Wait",
    machine({
      T: task({ Next: "C", End: false }),
      C: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "T" }], Default: "E" },
      E,
    }),
    [
      "T is come back to without a Wait: its rounds would fill the 25000 events of the history",
      "C is come back to without a Wait: its rounds would fill the 25000 events of the history",
    ],
    machine({
      T: task({ Next: "C", End: false }),
      C: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "W" }], Default: "E" },
      W: { Type: "Wait", Seconds: 300, Next: "T" },
      E,
    }),
  ],
  [
    "more events than a history may have",
    machine({ M: { Type: "Map", Items: Array.from({ length: 3_200 }, () => 1), ItemProcessor: machine({ T: task() }), End: true } }),
    ["the machine takes up to 25604 events; Step Functions ends an execution at 25000"],
    machine({ M: { Type: "Map", Items: [1, 2], ItemProcessor: machine({ T: task() }), End: true } }),
  ],
];

describe.each(ROWS)("%s", (_, refused, faults, passes) => {
  it("is refused in a sentence, and only what is at fault is", () => {
    expect(lintStateMachine(refused)).toEqual(faults);
    expect(lintStateMachine(passes)).toEqual([]);
  });
});

it("leaves machines in JSONPath to whoever wrote them", () => {
  expect(lintStateMachine({ StartAt: "T", States: { T: { Type: "Task", Resource: "x", End: true } } })).toEqual([]);
});
