/**
 * A run's version in the registry: registered before anybody is asked about it, and at the run's end promoted, rejected or left where it is.
 *
 * | it dies                                       | what is left                              | who goes on                                      |
 * |-----------------------------------------------|-------------------------------------------|--------------------------------------------------|
 * | before the registry is asked                  | `MLmodel` and the card, without a version | the step's retry writes them again               |
 * | between two calls of the registry             | a version without its alias, or the like  | the retry finds the version, does all of it again |
 * | after the registry, before the ledger or trail | a version that nobody was told of         | the retry: the registry changes nothing more      |
 * | after the trail                               | everything                                | the retry finds that it is told                   |
 *
 * Traffic is not touched here. Where the registry will not follow what traffic has done (an alias that somebody has moved, a version that is
 * gone), the run's end stands, and a person is woken: the two must be brought together by hand.
 */
import { featureOrderHash } from "../domain/packages/description";
import { MANIFEST_FILE } from "../domain/packages/manifest";
import { THE_LOOP, type AuditEvent, type AuditRecord } from "../domain/ledger-audit";
import { servingVersion } from "../domain/ledger-traffic";
import { notice } from "../domain/notices";
import { mlModelText } from "../domain/registry/ml-model";
import { MODEL_CARD_FILE, modelCard } from "../domain/registry/model-card";
import { refusalText, type RegistryRefusal } from "../domain/registry/refusals";
import type { ApprovalNote } from "../domain/registry/version-changes";
import { type Approval, closeRequestSchema, registerRequestSchema, type Registered, type RunPlan } from "../domain/run/steps";
import { minutesAfter, type Instant } from "../domain/time";
import type { Values } from "../domain/values";
import type { Artifacts, ModelRegistry } from "../ports/registry";
import type { Loop } from "./loop";

export interface RegistryLoop extends Pick<Loop, "models" | "ledger" | "notifier" | "logbook" | "clock"> {
  registry: ModelRegistry;
  artifacts: Artifacts;
}

type RegisterRequest = ReturnType<typeof registerRequestSchema.parse>;
type CloseRequest = ReturnType<typeof closeRequestSchema.parse>;

/** `refused`: what the registry says is not what the run came to, and a person was woken. */
export type CloseAnswer = { kind: "closed" } | { kind: "refused"; reason: string };

/** Trying again would be refused again: the run ends. */
export class RegistrationRefusedError extends Error {
  override readonly name = "RegistrationRefusedError";
}

/** @throws ZodError for what is no request. */
export async function answerRegistry(request: unknown, loop: RegistryLoop): Promise<Registered | CloseAnswer> {
  const asked = registerRequestSchema.or(closeRequestSchema).parse(request);
  return asked.do === "close" ? close(asked, loop) : register(asked, loop);
}

async function register(request: RegisterRequest, loop: RegistryLoop): Promise<Registered> {
  const { plan, archive, judgement, startedAt } = request;
  const { registry, artifacts, clock, logbook } = loop;
  const { spec, run, release, artifacts: source } = plan;
  const { model } = spec;
  if (judgement.kind === "failed") {
    // The workflow does not come here; a step that was skipped on redrive must not open a gate.
    throw new RegistrationRefusedError(`${run} failed its gates (${judgement.reason}); what failed is not registered: start another run`);
  }
  const kinds = Object.fromEntries(spec.variants.map((variant) => [variant.model, variant.kind]));
  const within = archive.startsWith(source) ? archive.slice(source.length) : archive;
  const { semanticVersion } = judgement;
  const card = `${source}${MODEL_CARD_FILE}`;
  const trigger = triggerOf(plan);
  const files = { run, release, semanticVersion, archive: within, variants: kinds, createdAt: startedAt };
  await artifacts.write(`${source}MLmodel`, mlModelText(files));
  await artifacts.write(card, modelCard({ plan, judgement, trigger, startedAt }));
  const folder = archive.slice(0, archive.lastIndexOf("/") + 1);
  const outcome = await registry.registerCandidate({
    ...{ model, run, semanticVersion, release, source, kinds, trigger, startedAt },
    ...(spec.serving && { releaseManifest: `${spec.serving.releases}${release}/${MANIFEST_FILE}` }),
    models: Object.fromEntries(spec.variants.map((variant) => [variant.model, folder])),
    ...{ modelCard: card, featureOrderSha256: featureOrderHash(spec.data.features.map(({ name }) => name)) },
    ...{ datasetVersion: plan.dataset.version, parameters: parametersOf(plan), metrics: metricsOf(judgement), now: clock.now() },
  });
  if (outcome.kind === "files-gone") {
    throw new RegistrationRefusedError(`${run} cannot be registered: ${outcome.uri} is not there; start another run`);
  }
  const { version, status, createdAt } = outcome.version;
  if (status !== "candidate") {
    throw new RegistrationRefusedError(
      `${run} is registered as version ${version} already, and that one is ${status}: its fate is decided, start another run`,
    );
  }
  const values = { run, semanticVersion, release, card, ...figuresOf(judgement) };
  const reason = `version ${version} (${semanticVersion}) is registered as candidate; every gate passed`;
  await tellOnce({ event: "model.registered", model, version, user: THE_LOOP, reason, values, at: createdAt }, loop);
  logbook.decided({ event: "model.registered", model, reason, values });
  return { version, semanticVersion: outcome.version.semanticVersion, release: outcome.version.release };
}

async function close(told: CloseRequest, loop: RegistryLoop): Promise<CloseAnswer> {
  const request = await asTrafficHasIt(told, loop);
  const { plan, registered, outcome } = request;
  const { model, line } = plan.spec;
  const { version, semanticVersion, release } = registered;
  const values: Values = { run: plan.run, semanticVersion, release, outcome };
  const refusal = await carriedOut(request, loop);
  if (refusal !== undefined) return disagreement(request, refusal, values, loop);
  for (const event of EVENTS[outcome]) {
    await tellOnce({ event, model, version, user: whoDecided(request), reason: request.reason, values, at: loop.clock.now() }, loop);
  }
  if (outcome === "promoted") {
    const previous = plan.champion?.version;
    if (previous !== undefined && previous !== version) {
      const reason = `version ${version} serves in its place`;
      await tellOnce({ event: "model.archived", model, version: previous, user: THE_LOOP, reason, values, at: loop.clock.now() }, loop);
    }
    // Kept where no registry is needed to read it: going back must not wait for MLflow.
    await loop.ledger.keepVersion({ line, model }, { version, semanticVersion, release, run: plan.run, promotedAt: loop.clock.now() });
  }
  loop.logbook.decided({ event: `model.${outcome}`, model, reason: request.reason, values });
  return { kind: "closed" };
}

/** A run that was aborted or timed out behind its roll-out is told as failed, and users have its release all the same. */
async function asTrafficHasIt(request: CloseRequest, { ledger }: RegistryLoop): Promise<CloseRequest> {
  const { plan, registered, outcome, reason } = request;
  if (outcome !== "rejected" && outcome !== "rolled-back") return request;
  const { model, line } = plan.spec;
  const { rollOut, promotion } = await ledger.trafficView({ line, model });
  const serves = rollOut === undefined && promotion !== undefined && servingVersion(promotion) === registered.release;
  if (!serves) return request;
  return { ...request, outcome: "promoted", reason: `everybody has had ${registered.release} since ${promotion.promotedAt}; ${reason}` };
}

const EVENTS: Record<CloseRequest["outcome"], AuditEvent[]> = {
  promoted: ["model.approved", "model.promoted"],
  packaged: ["model.approved"],
  rejected: ["model.rejected"],
  "rolled-back": ["model.rejected"],
};

async function carriedOut(request: CloseRequest, { registry, clock }: RegistryLoop): Promise<RegistryRefusal | undefined> {
  const { plan, registered, outcome, reason } = request;
  const about = { model: plan.spec.model, version: registered.version, now: clock.now() };
  const expected = plan.champion?.version;
  switch (outcome) {
    case "promoted": {
      const done = await registry.promote({ ...about, ...(expected !== undefined && { expected }), approval: approvalOf(request) });
      return done.kind === "promoted" ? undefined : done;
    }
    case "packaged": {
      const done = await registry.approve({ ...about, approval: approvalOf(request) });
      return done.kind === "approved" ? undefined : done;
    }
    case "rejected":
    case "rolled-back": {
      const by = saidBy(request).flatMap((each) => (each.kind === "refused" ? each.by : []));
      const done = await registry.reject({ ...about, reason, by });
      return done.kind === "rejected" ? undefined : done;
    }
  }
}

/** A run's version may have been asked about, and then its promotion without labels. */
function saidBy({ approval, withoutLabels }: CloseRequest): Approval[] {
  return [approval, withoutLabels].flatMap((each) => each ?? []);
}

function approvalOf(request: CloseRequest): ApprovalNote {
  const said = saidBy(request);
  if (said.length === 0) return { status: "automatic", by: [], comments: request.reason };
  return { status: "approved", by: peopleIn(said), comments: said.map(({ reason }) => reason).join("; ") };
}

/** The last word was the deciding one. */
function whoDecided(request: CloseRequest): string {
  const by = saidBy(request).at(-1)?.by ?? [];
  return by.length === 0 ? THE_LOOP : by.join(" ").slice(0, 500);
}

function peopleIn(said: readonly Approval[]): string[] {
  return [...new Set(said.flatMap(({ by }) => by))];
}

async function disagreement(request: CloseRequest, refusal: RegistryRefusal, values: Values, loop: RegistryLoop): Promise<CloseAnswer> {
  const { plan, registered, outcome } = request;
  const { model } = plan.spec;
  const reason = `${plan.run} ended ${outcome}, and the registry does not follow: ${refusalText(registered.version, refusal)}`;
  const at = loop.clock.now();
  await tellOnce({ event: "model.disagreement", model, version: registered.version, user: THE_LOOP, reason, values, at }, loop);
  loop.logbook.decided({ event: "model.disagreement", model, reason, values });
  const told = notice({
    ...{ model, key: `${plan.run}/registry`, group: `${model}/registry`, severity: "critical", page: true, repeated: false, at },
    ...{ title: `${model}: the registry and the traffic disagree`, lines: [reason, `the run came to this: ${request.reason}`] },
  });
  if (told !== undefined) await loop.notifier.tell(told);
  return { kind: "refused", reason };
}

interface Told extends Omit<AuditRecord, "schemaVersion" | "time" | "model" | "version"> {
  model: string;
  version: string;
  at: Instant;
}

/** A step that is tried again finds what it told the first time, at whatever time that was. */
async function tellOnce({ at, ...record }: Told, { ledger }: RegistryLoop): Promise<void> {
  const { event, model, version, values } = record;
  const recent = await ledger.auditRecords({ model, from: minutesAfter(at, -ONE_DAY), until: minutesAfter(at, ONE_DAY) });
  const isTold = recent.some((each) => each.event === event && each.version === version && each.values["run"] === values["run"]);
  if (!isTold) await ledger.audit({ schemaVersion: 1, ...record, time: at });
}

/** Minutes; a step is tried again within a quarter of an hour. */
const ONE_DAY = 1_440;

function triggerOf({ rules, askedBy }: RunPlan): string {
  return `${rules.join(" ")}${askedBy.length === 0 ? "" : `, asked for by ${askedBy.join(" ")}`}`;
}

function parametersOf({ spec, window }: RunPlan): Record<string, string> {
  const own = spec.variants.flatMap(({ model, kind, hyperparameters }) => [
    [`${model}.kind`, kind],
    ...Object.entries(hyperparameters).map(([name, value]) => [`${model}.${name}`, value]),
  ]);
  const { instanceType, spot } = spec.compute;
  const common = { ...window, features: String(spec.data.features.length), instanceType, spot: String(spot) };
  return { ...common, ...(Object.fromEntries(own) as Record<string, string>) };
}

function metricsOf({ evaluation }: RegisterRequest["judgement"]): Record<string, number> {
  if (evaluation === undefined) return {};
  const scores = Object.entries(evaluation.candidates).flatMap(([model, measures]) =>
    Object.entries(measures).map(([measure, value]) => [`${model}.${measure}`, value] as const),
  );
  const { rows, verifiedLabels } = evaluation.holdout;
  return { ...Object.fromEntries(scores), "holdout.rows": rows, "holdout.verifiedLabels": verifiedLabels };
}

/** R3: each gate with its value and its limit, as the trail keeps them. */
function figuresOf({ gates }: RegisterRequest["judgement"]): Values {
  return Object.fromEntries(
    gates.map(({ model, gate, value, limit, outcome }) => [
      `${model} ${gate}`,
      `${outcome}${value === undefined ? "" : `: ${value}`}${limit === undefined ? "" : ` against ${limit}`}`,
    ]),
  );
}
