/**
 * What the validator lets pass and Step Functions refuses, or runs into in the middle of the night. Of machines in JSONata, as all of ours are.
 * Pure: a definition in, sentences out.
 */
import type { Json, Properties } from "../../engine";
import { isMapping } from "../../plan/mapping";
import { expressionsIn, KNOWN_FUNCTIONS } from "./expressions";
import { innerMachines, type LintedState, listOf, type Scope, scopesOf } from "./flow";
import { isKnownResource } from "./integrations";

type StateLint = (state: LintedState) => string[];

/** Service quotas, read 2026-11; what an expression adds is not known here, so that four fifths of a payload are as much as may stand in a definition. */
const PAYLOAD_BYTES = 262_144;
const MOST_LITERAL_BYTES = PAYLOAD_BYTES * 0.8;
const HISTORY_EVENTS = 25_000;

/** Where a template may stand in a state. `Assign` of rules and catchers is theirs. */
const TEMPLATES = ["Arguments", "Output", "Assign", "Condition", "Items", "ItemSelector", "MaxConcurrency", "Seconds", "Timestamp"];
const LIMITS = ["TimeoutSeconds", "HeartbeatSeconds", "Error", "Cause"];
const JSON_PATH_FIELDS = [
  "InputPath",
  "OutputPath",
  "ResultPath",
  "ResultSelector",
  "Parameters",
  "ItemsPath",
  "SecondsPath",
  "TimestampPath",
];

const STATE_LINTS: readonly StateLint[] = [
  unassignedVariables,
  unknownFunctions,
  emptyArrays,
  jsonPath,
  unknownResource,
  missingTimeout,
  uncaughtToken,
  wildcards,
  uncaughtBranches,
  shadowedVariables,
  largeLiterals,
];

export function lintStateMachine(definition: Json): string[] {
  if (!isMapping(definition) || definition["QueryLanguage"] !== "JSONata") return [];
  const scopes = scopesOf(definition);
  const states = scopes.flatMap((scope) => scope.states);
  return [
    ...states.flatMap((state) => STATE_LINTS.flatMap((lint) => lint(state))),
    ...scopes.flatMap(busyLoops),
    ...longHistory(definition),
  ];
}

function unassignedVariables({ name, fields, assigned }: LintedState): string[] {
  const used = expressionsOf(fields).flatMap(({ variables }) => variables);
  return [...new Set(used)]
    .filter((variable) => !assigned.has(variable))
    .map(
      (variable) => `${name} reads $${variable}, which not every way to it assigns: assign it before, or ask with $exists($${variable})`,
    );
}

function unknownFunctions({ name, fields, assigned }: LintedState): string[] {
  const called = [...new Set(expressionsOf(fields).flatMap(({ calls }) => calls))];
  return called
    .filter((each) => !KNOWN_FUNCTIONS.has(each) && !assigned.has(each))
    .map((each) =>
      each === "eval" ? `${name} calls $eval, which Step Functions has not: use $parse` : `${name} calls $${each}, which is no function`,
    );
}

function emptyArrays({ name, fields }: LintedState): string[] {
  const found = expressionsOf(fields).flatMap(({ text, empties }) => empties.map((what) => ({ text, what })));
  const items = fields["Items"];
  const bare = typeof items === "string" && /^\{%\s*[$\w.]+\s*%\}$/.test(items) && items.includes(".");
  return [
    ...found.map(({ text, what }) => `${name}: {% ${text} %} holds ${what}; nothing is an error here: guard it with $exists or $count`),
    ...(bare ? [`${name}: Items is ${items}, which is one thing or nothing as well as an array: write [ … ] around it`] : []),
  ];
}

function jsonPath({ name, fields }: LintedState): string[] {
  const found = JSON_PATH_FIELDS.filter((field) => field in fields);
  const asked = fields["QueryLanguage"] === "JSONPath" ? ["QueryLanguage JSONPath"] : [];
  return [...asked, ...found].map((field) => `${name} has ${field}, and its machine is written in JSONata`);
}

function unknownResource({ name, fields }: LintedState): string[] {
  const { Type, Resource } = fields;
  if (Type !== "Task" || typeof Resource !== "string" || isKnownResource(Resource)) return [];
  return [`${name} calls ${Resource}, which is no integration of Step Functions that is known here`];
}

function missingTimeout({ name, fields }: LintedState): string[] {
  if (fields["Type"] !== "Task" || "TimeoutSeconds" in fields) return [];
  return [`${name} has no TimeoutSeconds: Step Functions would wait 99999999 seconds for an answer that is lost`];
}

/** Nobody's answer is the most common one. */
function uncaughtToken({ name, fields }: LintedState): string[] {
  if (!textOf(fields["Resource"]).endsWith(".waitForTaskToken")) return [];
  const caught = listOf(fields["Catch"]).flatMap(errorsOf);
  const needed = "HeartbeatSeconds" in fields ? ["States.Timeout", "States.HeartbeatTimeout"] : ["States.Timeout"];
  const missing = caught.includes("States.ALL") ? [] : needed.filter((error) => !caught.includes(error));
  return missing.length === 0 ? [] : [`${name} waits for an answer that may never come, and does not catch ${missing.join(" and ")}`];
}

function wildcards({ name, fields }: LintedState): string[] {
  return ["Retry", "Catch"].flatMap((field) => {
    const rules = listOf(fields[field]).map(errorsOf);
    const shared = rules.some((errors) => errors.length > 1 && errors.includes("States.ALL"));
    const early = rules.findIndex((errors) => errors.includes("States.ALL"));
    return [
      ...(shared ? [`${name}: States.ALL stands beside other errors in ${field}, and must stand alone`] : []),
      ...(early >= 0 && early < rules.length - 1
        ? [`${name}: States.ALL is not the last in ${field}; what follows is never looked at`]
        : []),
    ];
  });
}

/** A failed branch is reported by its own error's name, or as States.BranchFailed: sources disagree. */
function uncaughtBranches({ name, fields }: LintedState): string[] {
  const rules = listOf(fields["Catch"]);
  if (!["Parallel", "Map"].includes(textOf(fields["Type"])) || rules.length === 0) return [];
  const all = rules.flatMap(errorsOf).includes("States.ALL");
  return all
    ? []
    : [`${name} catches ${rules.flatMap(errorsOf).join(", ")} of its branches, whose errors' names AWS does not promise: catch States.ALL`];
}

function shadowedVariables({ name, edges, scope }: LintedState): string[] {
  const twice = [...new Set(edges.flatMap(({ assigns }) => assigns))].filter((variable) => scope.outer.has(variable));
  return twice.map(
    (variable) => `${name} assigns $${variable}, which belongs to the scope around it: an inner scope needs names of its own`,
  );
}

function largeLiterals({ name, fields }: LintedState): string[] {
  return ["Arguments", "Output", "Assign", "Items"].flatMap((field) => {
    const bytes = Buffer.byteLength(JSON.stringify(fields[field] ?? null));
    return bytes <= MOST_LITERAL_BYTES ? [] : [`${name}: ${field} has ${bytes} bytes as it stands; a payload may have ${PAYLOAD_BYTES}`];
  });
}

/** A round that waits for nothing fills the history as fast as its tasks answer. */
function busyLoops({ states }: Scope): string[] {
  const named = new Map(states.map((state) => [state.own, state]));
  const idle = ({ fields }: LintedState): boolean =>
    fields["Type"] === "Wait" || /\.(sync(:2)?|waitForTaskToken)$/.test(textOf(fields["Resource"]));
  return states
    .filter((state) => !idle(state) && comesBack(state, named, idle))
    .map(({ name }) => `${name} is come back to without a Wait: its rounds would fill the ${HISTORY_EVENTS} events of the history`);
}

function comesBack(from: LintedState, named: ReadonlyMap<string, LintedState>, idle: (state: LintedState) => boolean): boolean {
  const seen = new Set<string>();
  const open = from.edges.map(({ to }) => to);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === from.own) return true;
    const state = named.get(next);
    if (state === undefined || seen.has(next) || idle(state)) continue;
    seen.add(next);
    open.push(...state.edges.map(({ to }) => to));
  }
  return false;
}

/** Of what happens once: each state with all its retries, each iteration that the definition itself lists. */
function longHistory(machine: Properties): string[] {
  const events = eventsOf(machine) + 2;
  return events <= HISTORY_EVENTS
    ? []
    : [`the machine takes up to ${events} events; Step Functions ends an execution at ${HISTORY_EVENTS}`];
}

function eventsOf(machine: Properties): number {
  const states = isMapping(machine["States"]) ? Object.values(machine["States"]).filter(isMapping) : [];
  return states.reduce((sum, state) => {
    const attempts =
      1 + listOf(state["Retry"]).reduce((most, { MaxAttempts }) => most + (typeof MaxAttempts === "number" ? MaxAttempts : 3), 0);
    const iterations = state["Type"] === "Map" && Array.isArray(state["Items"]) ? state["Items"].length : 1;
    const inner = innerMachines(state).reduce((all, each) => all + 2 + eventsOf(each), 0);
    return sum + 2 + attempts * (state["Type"] === "Task" ? 4 : 0) + attempts * iterations * inner;
  }, 0);
}

function expressionsOf(fields: Properties) {
  const own = [...TEMPLATES, ...LIMITS].flatMap((field) => expressionsIn(fields[field]));
  const rules = [...listOf(fields["Choices"]), ...listOf(fields["Catch"])];
  return [...own, ...rules.flatMap(({ Condition, Output, Assign }) => expressionsIn([Condition ?? null, Output ?? null, Assign ?? null]))];
}

function errorsOf({ ErrorEquals }: Properties): string[] {
  return Array.isArray(ErrorEquals) ? ErrorEquals.map(String) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
