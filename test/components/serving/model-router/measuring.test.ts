/** Metrics out of the router's log. Where NGINX and Fluent Bit are on the PATH (or MODELLOOP_FLUENT_BIT names it), by the real ones. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import type http from "node:http";
import { measuringConfiguration } from "../../../../components/serving/model-router/measuring";
import { assign } from "../../../../lambdas/domain/split/assign";
import { LATENCY_BUCKETS_SECONDS } from "../../../../lambdas/domain/split/router-metrics";
import { eachOf, NGINX, NGINX_IS_MISSING, Router } from "../../../support/nginx";
import { split } from "../../../lambdas/domain/split/examples";

const FLUENT_BIT = found(process.env["MODELLOOP_FLUENT_BIT"] ?? "fluent-bit");
const absent = NGINX === undefined ? NGINX_IS_MISSING : FLUENT_BIT === undefined ? "Fluent Bit is not on the PATH" : undefined;
const PLACES = { listenPort: 15_140, metricsPort: 12_021, metricsHost: "127.0.0.1" };

function found(program: string): string | undefined {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
}

async function metrics(): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${PLACES.metricsPort}/metrics`);
  return (await answer.text()).split("\n");
}

describe("O2 the metrics of the router", () => {
  it("have the names of the table, put together as Fluent Bit does", () => {
    const { pipeline } = JSON.parse(measuringConfiguration(PLACES)) as { pipeline: { filters: Record<string, unknown>[] } };
    const names = pipeline.filters
      .filter(({ name }) => name === "log_to_metrics")
      .map(({ metric_namespace, metric_subsystem, metric_name, label_field }) => [
        [metric_namespace, metric_subsystem, metric_name].join("_"),
        label_field,
      ]);
    expect(names).toEqual([
      ["ab_test_predictions_total", ["variant", "release", "outcome"]],
      ["ab_test_prediction_latency_seconds", ["variant", "release"]],
    ]);
    expect(pipeline.filters.at(-1)?.["bucket"]).toEqual([...LATENCY_BUCKETS_SECONDS]);
  });

  // A stage that is judged by counts that are wrong is promoted or thrown out by chance.
  (absent === undefined ? it : it.skip)(
    `count each request once, by variant, release and how it ended${absent === undefined ? "" : ` (skipped: ${absent})`}`,
    async () => {
      const measureLog = `syslog:server=127.0.0.1:${PLACES.listenPort},facility=local7,tag=router,severity=info,nohostname`;
      const router = await Router.of(split(), { measureLog }, (_, request, response: http.ServerResponse) => {
        response.statusCode = request.headers["inference-header-content-length"] === "fail" ? 500 : 200;
        response.end("{}");
      });
      fs.writeFileSync(router.file("fluent-bit.yaml"), measuringConfiguration(PLACES));
      const fluentBit = spawn(FLUENT_BIT ?? "", ["-c", router.file("fluent-bit.yaml")], { stdio: "ignore" });
      await answering(fluentBit);

      const ids = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
      await eachOf(ids, (id) =>
        router.predict({ "X-User-Id": id, ...(id.endsWith("7") && { "Inference-Header-Content-Length": "fail" }) }),
      );
      await router.predict();
      await new Promise((done) => setTimeout(done, 5_000));
      const lines = await metrics();
      fluentBit.kill("SIGTERM");
      await router.stop();
      router.remove();

      const meant = new Map<string, number>([['{variant="none",release="none",outcome="refused"}', 1]]);
      for (const id of ids) {
        const { variant, release } = assign(id, split()) as { variant: string; release: string };
        const labels = `{variant="${variant}",release="${release}",outcome="${id.endsWith("7") ? "error" : "ok"}"}`;
        meant.set(labels, (meant.get(labels) ?? 0) + 1);
      }
      const counted = lines.filter((line) => line.startsWith("ab_test_predictions_total"));
      expect(counted.sort()).toEqual([...meant].map(([labels, count]) => `ab_test_predictions_total${labels} ${count}`).sort());
      const timed = lines
        .filter((line) => line.startsWith("ab_test_prediction_latency_seconds_count"))
        .map((line) => Number(line.split(" ")[1]));
      expect(timed.reduce((sum, count) => sum + count, 0)).toBe(ids.length);
      expect(lines.filter((line) => line.includes(`le="10.0"`)).length).toBe(4);
    },
  );
});

async function answering(child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    try {
      return void (await metrics());
    } catch {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  throw new Error("Fluent Bit does not start");
}
