/** The pack for `pulumi preview --policy-pack policies`. Constructing it starts a server: only Pulumi's policy runner may load this file. */
import { PolicyPack } from "@pulumi/policy";
import { initialConfig, policiesFor } from "./rules";

/**
 * The CLI names the stack to a pack in a variable only where it starts the pack without a language plugin (pulumi sdk v3.259,
 * analyzer_plugin.go, NewPolicyAnalyzer); of what it sends later the SDK 1.21 keeps the tags alone. Hence a variable of ours. Without any, every
 * rule is mandatory, as in an environment that nobody thought of.
 */
const { MODELLOOP_ENVIRONMENT, PULUMI_NODEJS_STACK, PULUMI_STACK } = process.env;
const environment = MODELLOOP_ENVIRONMENT ?? PULUMI_NODEJS_STACK ?? PULUMI_STACK ?? "unknown";

new PolicyPack("modelloop", { enforcementLevel: "mandatory", policies: policiesFor(environment) }, initialConfig(environment));
