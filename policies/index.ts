/** The pack for `pulumi preview --policy-pack policies`. Constructing it starts a server: only Pulumi's policy runner may load this file. */
import { PolicyPack } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { initialConfig, policiesFor } from "./rules";

/** Pulumi hands a pack the name of the stack that it judges; our stacks are named after their environments. */
const environment = pulumi.getStack();

new PolicyPack("modelloop", { enforcementLevel: "mandatory", policies: policiesFor(environment) }, initialConfig(environment));
