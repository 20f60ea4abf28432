import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ConfigurationError } from "../../components/shared/errors";
import { type PlatformConfig, parseStackConfig } from "../../stacks/config/parse";

export const ROOT = path.resolve(__dirname, "../..");
export const ENVIRONMENTS = ["dev", "staging", "prod"];

/** The `config` block of a stack file, as a person writes it. */
export type ConfigBlock = Record<string, unknown>;

export function committed(environment: string): ConfigBlock {
  return (parse(fs.readFileSync(path.join(ROOT, `Pulumi.${environment}.yaml`), "utf8")) as { config: ConfigBlock }).config;
}

/** The least that is accepted. Each test departs from it by what it is about. */
export function smallest(): {
  "aws:region": string;
  "modelloop:foundation": ConfigBlock & { network: ConfigBlock };
  "modelloop:data"?: ConfigBlock;
  "modelloop:compute"?: ConfigBlock;
  "modelloop:serving"?: ConfigBlock;
  "modelloop:learning"?: ConfigBlock;
} {
  return {
    "aws:region": "us-east-1",
    "modelloop:foundation": { environment: "dev", owner: "ml-platform", costCentre: "log-anomalies", network: { cidr: "10.20.0.0/16" } },
  };
}

/** As Pulumi hands it to a program: everything is text, blocks and lists as JSON. */
export function asPulumiHandsItOver(config: ConfigBlock): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** A day on which all that is committed is supported. */
export const TODAY = "2026-11-21";

export function parsed(config: ConfigBlock, stack = "dev"): PlatformConfig {
  return parseStackConfig({ stack, values: asPulumiHandsItOver(config), secretKeys: [], today: TODAY });
}

/** The whole text of the refusal, or nothing where the file is accepted. */
export function refusal(config: ConfigBlock, stack = "dev", secretKeys: string[] = [], today = TODAY): string | undefined {
  try {
    parseStackConfig({ stack, values: asPulumiHandsItOver(config), secretKeys, today });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}
