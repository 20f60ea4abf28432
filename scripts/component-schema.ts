import path from "node:path";
import { ComponentProvider, getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider";
import * as components from "../components";

/** The schema from which Pulumi generates the Python, Go, .NET and Java packages, inferred by the class that infers it in Pulumi's plugin host. */
export async function componentSchema(): Promise<object> {
  const dirname = path.resolve(__dirname, "../plugin");
  const provider = new ComponentProvider({ name: "modelloop", dirname, components: getPulumiComponents(components) });
  return JSON.parse(await provider.getSchema()) as object;
}
