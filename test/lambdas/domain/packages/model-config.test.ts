import { DEFAULT_SERVING, modelConfigs, type Serving } from "../../../../lambdas/domain/packages/model-config";
import { Accelerator, ModelKind } from "../../../../lambdas/domain/packages/model-kind";

function configs(kind: ModelKind, serving: Partial<Serving> = {}): Record<string, string> {
  const variant = { name: "anomaly", kind, features: 37, serving: { ...DEFAULT_SERVING, ...serving } };
  return Object.fromEntries(modelConfigs(variant).map(({ model, text }) => [model, text]));
}

it("S1 joins FIL and the label graph under the public contract", () => {
  expect(configs(ModelKind.XGBoost)).toMatchSnapshot();
});

it("S1 serves a rewritten CatBoost graph by itself", () => {
  expect(configs(ModelKind.CatBoost)).toMatchSnapshot();
});

// Missing is an error when the model is loaded; a removed one (25.09) is a warning that nobody reads, and a default that nobody chose.
it("gives FIL what it demands, and nothing that was removed", () => {
  const fil = configs(ModelKind.XGBoost)["anomaly_fil"] ?? "";
  for (const key of ["model_type", "is_classifier", "predict_proba", "threshold", "cpu_nthread"]) expect(fil).toContain(`key: "${key}"`);
  for (const key of ["output_class", "storage_type", "threads_per_tree", "algo", "blocks_per_sm"]) expect(fil).not.toContain(key);
});

// Without a bound a burst is queued until every caller has given up; by default each library starts a thread for every core of the node.
it("bounds every queue and every thread pool", () => {
  for (const kind of Object.values(ModelKind)) {
    for (const [model, text] of Object.entries(configs(kind, { threads: 4, maxQueueSize: 7 }))) {
      if (text.includes('platform: "ensemble"')) continue;
      expect({ model, bounded: text.includes("max_queue_size: 7") && text.includes("timeout_action: REJECT") }).toEqual({
        model,
        bounded: true,
      });
      expect({ model, threads: /cpu_nthread|intra_op_thread_count/.test(text) }).toEqual({ model, threads: true });
    }
  }
});

it("runs trees on the GPU where it is asked, and the label always on the CPU", () => {
  const texts = configs(ModelKind.XGBoost, { accelerator: Accelerator.Gpu });
  expect(texts["anomaly_fil"]).toContain("KIND_GPU");
  expect(texts["anomaly_fil"]).not.toContain("cpu_nthread");
  expect(texts["anomaly_label"]).toContain("KIND_CPU");
});

// An alarm at 1,000 ms never fires on a histogram that ends there.
it("has latency buckets below 5 ms and beyond 1 s", () => {
  for (const text of Object.values(configs(ModelKind.XGBoost)))
    expect(text).toContain("buckets: [ 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500 ]");
});
