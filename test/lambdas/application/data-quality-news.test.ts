import { noteBrokenData, recordNews, type News } from "../../../lambdas/application/data-quality-news";
import type { DataQualityState } from "../../../lambdas/domain/ledger-view";
import { reexamine } from "../../../lambdas/domain/decide-retraining";
import { inHours, NOW, signal } from "../domain/examples";
import { TestWorld, THE_MODEL } from "../support/test-loop";

const broken = signal({ rule: "data-quality", firedAt: inHours(-1), reason: "rows is 3; at least 100000 are needed" });
const sound: News = { kind: "news", model: "log-anomaly", rule: "data-quality", at: NOW, over: true, reason: "OK" };

/** What the decisions would see. */
async function dataQuality(world: TestWorld): Promise<DataQualityState | undefined> {
  let seen: DataQualityState | undefined;
  await world.ledger.settle({ subject: THE_MODEL, now: world.now, leaseUntil: world.now }, (view) => {
    seen = view.dataQuality;
    return reexamine("log-anomaly", view, world.now);
  });
  return seen;
}

describe("A3 news of the data", () => {
  it("A3 broken data are noted with their reason, and sound ones take it back", async () => {
    const world = await TestWorld.make();
    await noteBrokenData(THE_MODEL, broken, world.loop);
    expect(await dataQuality(world)).toEqual({ kind: "broken", reason: "rows is 3; at least 100000 are needed", at: inHours(-1) });
    await recordNews(THE_MODEL, sound, world.loop);
    expect(await dataQuality(world)).toEqual({ kind: "sound", at: NOW });
  });

  // Messages overtake each other. Broken for ever, because the end came before the beginning, would mean no retraining for ever.
  it("A3 the end that came first is not undone by the beginning", async () => {
    const world = await TestWorld.make();
    await recordNews(THE_MODEL, sound, world.loop);
    await noteBrokenData(THE_MODEL, broken, world.loop);
    expect(await dataQuality(world)).toEqual({ kind: "sound", at: NOW });
    await noteBrokenData(THE_MODEL, { ...broken, firedAt: inHours(1) }, { ...world.loop, clock: { now: () => inHours(1) } });
    expect(await dataQuality(world)).toMatchObject({ kind: "broken" });
  });

  // A queue delivers the all-clear of an hour ago once more: broken data would be trained on.
  it("A3 an all-clear that comes again does not end what has begun since", async () => {
    const world = await TestWorld.make();
    await recordNews(THE_MODEL, { ...sound, at: inHours(-2) }, world.loop);
    await noteBrokenData(THE_MODEL, broken, world.loop);
    await recordNews(THE_MODEL, { ...sound, at: inHours(-2) }, world.loop);
    expect(await dataQuality(world)).toMatchObject({ kind: "broken" });
    await recordNews(THE_MODEL, { ...sound, at: inHours(-1) }, world.loop);
    expect(await dataQuality(world)).toMatchObject({ kind: "broken" });
  });

  it("that no data came says nothing about their quality", async () => {
    const world = await TestWorld.make();
    await noteBrokenData(THE_MODEL, broken, world.loop);
    await recordNews(THE_MODEL, { ...sound, over: false, reason: "INSUFFICIENT_DATA" }, world.loop);
    expect(await dataQuality(world)).toMatchObject({ kind: "broken" });
  });

  it("I12 of whatever rule are in the trail, once", async () => {
    const world = await TestWorld.make();
    const calm: News = { ...sound, rule: "latency" };
    await recordNews(THE_MODEL, calm, world.loop);
    await recordNews(THE_MODEL, calm, world.loop);
    expect(await world.trail()).toMatchObject([
      { event: "traffic.record", time: NOW, reason: "OK", values: { rule: "latency", over: true } },
    ]);
  });
});
