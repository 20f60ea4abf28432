import fc from "fast-check";
import { splitConfiguration } from "../../../../lambdas/domain/split/split-configuration";
import { split, splits, splitWithout } from "./examples";

/** The longest word that NGINX reads (NGX_CONF_BUFFER in src/core/ngx_conf_file.c). */
const LONGEST_WORD = 4_096;

describe("S3 the configuration of a split", () => {
  it("has the experiment and the canary, each with a salt of its own", () => {
    expect(splitConfiguration(split()))
      .toBe(`# Generation 7. Written as a whole by the loop: what is changed by hand is lost with the next one.
split_clients "\${user_id}|exp1" $variant {
    30.00% "catboost";
    * "xgboost";
}
split_clients "\${user_id}|r42" $slot {
    10.00% "b";
    * "a";
}
map $variant $model {
    default "";
    "catboost" "anomaly_catboost";
    "xgboost" "anomaly_xgboost";
}
map $slot $release {
    default "";
    "a" "r41";
    "b" "r42";
}
map "" $split_document { default '{"schemaVersion":1,"generation":7,"fence":3,"experiment":{"name":"exp1","arms":[{"variant":"catboost","model":"anomaly_catboost","hundredths":3000},{"variant":"xgboost","model":"anomaly_xgboost","hundredths":7000}]},"stable":{"release":"r41","slot":"a"},"candidate":{"release":"r42","slot":"b","hundredths":1000}}'; }
`);
  });

  it("sends nobody anywhere before the first release", () => {
    expect(splitConfiguration(splitWithout("stable", "candidate"))).toContain(`split_clients "\${user_id}|" $slot {\n    * "";\n}`);
  });

  // NGINX refuses "0%": a roll-back to 0 that is refused leaves the bad release where it is. After "100%" the highest hash goes nowhere.
  it("never has a part of 0 % or of 100 %, and always one that takes the rest", () => {
    fc.assert(
      fc.property(splits, (state) => {
        const text = splitConfiguration(state);
        const shares = [...text.matchAll(/^ {4}(\S+%) /gm)].map(([, share]) => Number.parseFloat(share ?? ""));
        expect(shares.filter((share) => !(share > 0 && share < 100))).toEqual([]);
        expect(text.match(/^ {4}\* /gm)).toHaveLength(2);
        expect(text).not.toMatch(/\d\.\d{3,}%/);
      }),
    );
  });

  it("has no word that is too long for NGINX, however long the names are", () => {
    const long = (end: string): string => "n".repeat(62) + end;
    const arms = ["1", "2", "3", "4", "5", "6"].map((end) => ({
      variant: long(end),
      model: long(end),
      hundredths: end === "6" ? 5_000 : 1_000,
    }));
    const text = splitConfiguration(
      split({
        experiment: { name: long("e"), arms },
        stable: { release: long("s"), slot: "a" },
        candidate: { release: long("c"), slot: "b", hundredths: 1 },
      }),
    );
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(LONGEST_WORD);
  });

  it("is refused for what is no split, before anything is written", () => {
    const { arms } = split().experiment;
    expect(() => splitConfiguration(split({ experiment: { name: "exp1", arms: arms.slice(0, 1) } }))).toThrow(
      new RangeError("experiment.arms sum to 30 percent; every user goes somewhere: make them sum to 100"),
    );
  });
});
