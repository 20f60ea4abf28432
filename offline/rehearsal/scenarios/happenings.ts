/** Brings what a scenario says into the world, at its time and through the door that it would come through. */
import type { Json } from "../../engine/recording";
import { ALIASES } from "../../../lambdas/domain/registry/model-version";
import { alarmName } from "../../../lambdas/domain/alarm-names";
import type { Platform } from "../platform/loop-platform";
import { RELEASE_BEFORE } from "../platform/users";
import { arnOf } from "../standins/arns";
import type { Assembly } from "../wiring/assembly";
import { functionNamed } from "../wiring/wire";
import type { World } from "../world";
import { failStep } from "./failing-steps";
import type { Loop } from "./loop-assembly";
import { modelOf } from "./promises";
import { MEASURES, type Scenario, type ScenarioEvent } from "./schema";

export interface Stage {
  readonly world: World;
  readonly loop: Loop;
  readonly scenario: Scenario;
  readonly starts: number;
  /** Until when nothing but what the scenario says is wrong. */
  readonly ends: number;
  /** What runs find around them. Absent where they train nothing. */
  readonly platform?: Platform;
}

type Measures = Extract<ScenarioEvent, { measure: unknown }>["measure"];

/** What an alarm of a storm gives as its reason. */
export const FLAPPING = "flapping";

const HOUR = 3_600_000;
const SOUND = [
  ["psi", 0.02],
  ["dataFaults", 0],
] as const;

/** Without a word in the scenario a model is sound: checked each hour, and in use. Where an alert answers for its data, no metric does. */
export function bringSoundDays(stage: Stage): void {
  const { world, scenario, starts, ends, loop } = stage;
  for (const { name } of scenario.models) {
    for (const [measure, value] of SOUND) {
      if (measure === "dataFaults" && scenario.when.some((event) => "alert" in event && event.alert.rule === "data-quality")) continue;
      const said = scenario.when.flatMap((event) => {
        if (!("measure" in event) || event.measure.model !== name || event.measure[measure] === undefined) return [];
        return [{ from: event.at, until: event.at + (event.measure.for ?? HOUR) }];
      });
      for (let at = 10 * 60_000; starts + at < ends; at += HOUR) {
        if (said.some(({ from, until }) => at >= from && at < until)) continue;
        world.time.startAt(starts + at, () => Promise.resolve(put(stage, name, measure, value)));
      }
    }
    for (let at = 60_000; starts + at < ends; at += 5 * 60_000) {
      const requests = {
        namespace: "modelloop/models",
        name: "model_requests",
        dimensions: { environment: loop.environment, model: name },
      };
      world.time.startAt(starts + at, () => Promise.resolve(world.cloudWatch.put(requests, 5_000)));
    }
  }
}

export function bring(event: ScenarioEvent, stage: Stage): void {
  const { world, starts } = stage;
  const at = starts + event.at;
  if ("once" in event && event.once !== undefined) return onceUsersHave(event.once.percent, event, stage);
  if ("measure" in event) measured(event.measure, at, stage);
  else if ("storm" in event) storm(event.storm, at, stage);
  else world.time.startAt(at, () => happen(event, at, stage));
}

async function happen(event: ScenarioEvent, at: number, stage: Stage): Promise<void> {
  const { world, loop } = stage;
  if ("alert" in event) {
    const { for: lasts, ...labels } = event.alert;
    alert(labels, at, "firing", stage);
    world.time.startAt(at + lasts, () => Promise.resolve(alert(labels, at, "resolved", stage)));
  } else if ("feedback" in event) {
    const { model, corrections, batches } = event.feedback;
    const each = Math.ceil(corrections / batches);
    for (let batch = 0; batch < batches; batch++) {
      const count = Math.min(each, corrections - batch * each);
      world.journal.note("people", "feedback.given", { model, corrections: count });
      const message = { schemaVersion: 1, kind: "feedback", model, batch: `${at}-${batch}`, corrections: count };
      world.sqs.send(intakeQueue(loop.assembly), JSON.stringify(message));
    }
  } else if ("stop" in event) await ask("stop", event.stop.by, { reason: event.stop.reason }, stage);
  else if ("resume" in event) await ask("resume", event.resume.by, { reason: event.resume.reason }, stage);
  else if ("retrain" in event) {
    const { by, ...body } = event.retrain;
    await ask("retrain", by, body, stage);
  } else if ("drift" in event) measured({ ...event.drift, for: HOUR, every: HOUR }, at, stage);
  else if ("collapse" in event) measured({ ...event.collapse, for: HOUR, every: 5 * 60_000 }, at, stage);
  else if ("roll back" in event) {
    const { by, ...body } = event["roll back"];
    await ask("roll-back", by, body, stage);
  } else if ("pause" in event || "continue" in event) {
    const [verb, { by, ...body }] = "pause" in event ? (["pause", event.pause] as const) : (["continue", event.continue] as const);
    await ask(verb, by, body, stage);
  } else if ("fails" in event) failStep(world.stepFunctions, event.fails, loop.place?.rollOutArn);
  else if ("abort run" in event) {
    const running = world.stepFunctions
      .all()
      .find(({ name, status }) => status === "RUNNING" && modelOf(name, stage.scenario) === event["abort run"].model);
    world.journal.note("people", "run.aborted", { run: running?.name ?? null });
    if (running !== undefined) world.stepFunctions.stop(running.arn);
  } else if ("redrive run" in event) redrive(event["redrive run"].model, stage);
  else surround(event, stage);
}

/** As somebody does it with the console, to a run that has ended. */
function redrive(model: string, { world, scenario, loop }: Stage): void {
  const runs = world.stepFunctions
    .all()
    .filter(({ machine, name }) => machine !== loop.place?.rollOutArn && modelOf(name, scenario) === model);
  const last = runs.findLast(({ status }) => status !== "RUNNING");
  world.journal.note("people", "run.redriven", { run: last?.name ?? null });
  if (last !== undefined) world.stepFunctions.redrive(last.arn);
}

/** What happens to whatever the runs stand on. */
function surround(event: ScenarioEvent, { world, platform }: Stage): void {
  const later = (milliseconds: number, act: () => void) =>
    world.time.startAt(world.time.now() + milliseconds, () => Promise.resolve(act()));
  if (platform === undefined) throw new Error("the scenario tells of the platform of runs that train nothing");
  const { users, pods } = platform;
  if ("new release" in event) users.answer(event["new release"]);
  else if ("no labels" in event) users.loseLabels(event["no labels"].for);
  else if ("alias moved" in event)
    world.mlflow.declareVersion(event["alias moved"].model, "s3://notebooks/of-a-person/", {}, ALIASES.champion);
  else if ("no registry" in event) {
    world.mlflow.setAway(true);
    later(event["no registry"].for, () => world.mlflow.setAway(false));
  } else if ("router stuck" in event && pods !== undefined) {
    const { after, for: lasts } = event["router stuck"];
    pods.routerStopsAfter = after;
    later(lasts, () => {
      pods.routerStopsAfter = Infinity;
      pods.goOn();
    });
  } else if ("slot stuck" in event && pods !== undefined) {
    pods.slotsStuck = true;
    later(event["slot stuck"].for, () => {
      pods.slotsStuck = false;
    });
  }
  world.journal.note("platform", "platform.changed", { what: Object.keys(event).find((key) => key !== "at" && key !== "once") ?? "" });
}

/** As soon as the newest release has got so many percent of the users, however long its ladder takes. */
function onceUsersHave(percent: number, event: ScenarioEvent, stage: Stage): void {
  const { world, platform } = stage;
  let came = false;
  world.traffic.heard(({ at, of }) => {
    if (came || platform === undefined || at <= stage.starts) return;
    const share = of[platform.users.newest] ?? 0;
    if (platform.users.newest === RELEASE_BEFORE || share * 100 < percent - 0.001) return;
    came = true;
    world.time.startAt(at + event.at, () => happen(event, at + event.at, stage));
  });
}

function measured({ model, for: lasts = HOUR, every = HOUR, ...values }: Measures, at: number, stage: Stage): void {
  for (let offset = 0; offset < lasts; offset += every) {
    stage.world.time.startAt(at + offset, () => {
      for (const name of Object.keys(MEASURES) as (keyof typeof MEASURES)[]) {
        const value = values[name];
        if (value !== undefined) put(stage, model, name, value);
      }
      return Promise.resolve();
    });
  }
}

function put({ world, loop }: Pick<Stage, "world" | "loop">, model: string, measure: keyof typeof MEASURES, value: number): void {
  const { metric, evidence, rows } = MEASURES[measure];
  const common = { namespace: "modelloop/models", dimensions: { environment: loop.environment, model } };
  world.cloudWatch.put({ ...common, name: metric }, value);
  world.cloudWatch.put({ ...common, name: evidence }, rows);
}

/** Alarms that flap faster than any window: what a broken exporter does to the bus. */
function storm({ alarms, within }: { alarms: number; within: number }, at: number, { world, scenario, loop }: Stage): void {
  const kinds = ["data-drift", "accuracy-drop", "prediction-drift", "latency"] as const;
  for (let index = 0; index < alarms; index++) {
    const model = scenario.models[index % scenario.models.length]?.name ?? "";
    const rule = kinds[world.chance.below(kinds.length)] ?? "data-drift";
    const severity = world.chance.happens(0.5) ? "critical" : "warning";
    const name = alarmName({ environment: loop.environment, model, rule, condition: "above-0.3", severity });
    world.time.startAt(at + Math.floor((within * index) / alarms), () => {
      const timestamp = new Date(world.time.now()).toISOString().replace("Z", "+0000");
      const detail: Json = { alarmName: name, state: { value: "ALARM", reason: FLAPPING, timestamp } };
      world.journal.note("cloudwatch", "alarm.changed", { alarm: name, from: "OK", to: "ALARM", reason: FLAPPING });
      world.bus.put({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", detail });
      return Promise.resolve();
    });
  }
}

function alert(
  labels: { model: string; rule: string; severity: string },
  at: number,
  status: "firing" | "resolved",
  { world, loop }: Stage,
): void {
  const endsAt = status === "resolved" ? { endsAt: new Date(world.time.now()).toISOString() } : {};
  const startsAt = new Date(at).toISOString();
  const one = {
    status,
    labels: { alertname: labels.rule, ...labels },
    annotations: { summary: `${labels.rule} is ${labels.severity}` },
    startsAt,
  };
  world.journal.note("alertmanager", `alert.${status}`, labels);
  world.sns.publish(alertTopic(loop.assembly), JSON.stringify({ version: "4", status, alerts: [{ ...one, ...endsAt }] }));
}

/** @param role whose session is called like the person */
export async function ask(
  verb: string,
  by: string,
  body: { [key: string]: Json },
  { world, loop }: Pick<Stage, "world" | "loop">,
  role = "operators",
): Promise<void> {
  const userArn = `arn:aws:sts::123456789012:assumed-role/${role}/${by}`;
  const requestContext = { http: { method: "POST", path: `/${verb}` }, timeEpoch: world.time.now(), authorizer: { iam: { userArn } } };
  const outcome = await world.functions.invoke(functionNamed(loop.assembly, "Operator"), {
    version: "2.0",
    requestContext,
    body: JSON.stringify(body),
  });
  const status = outcome.kind === "returned" ? ((outcome.value as { statusCode?: number } | null)?.statusCode ?? null) : null;
  world.journal.note(by, "operator.asked", { verb, status, ...body });
}

function intakeQueue(assembly: Assembly): string {
  return found(assembly, "AWS::SQS::Queue", /IntakeWorkQueue/);
}

function alertTopic(assembly: Assembly): string {
  return found(assembly, "AWS::SNS::Topic", /IntakeAlerts/);
}

function found(assembly: Assembly, type: string, id: RegExp): string {
  const resource = assembly.resources.find((each) => each.type === type && id.test(each.id));
  return resource?.names.attributes["Arn"] ?? resource?.names.attributes["TopicArn"] ?? arnOf("none", type);
}
