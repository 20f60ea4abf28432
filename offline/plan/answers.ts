/** Answers to look-ups that a program makes and that no table of the engine holds: `modelloop plan --answers FILE`. */
import fs from "node:fs";
import { ConfigurationError } from "../../components/shared/errors";
import type { CallModel, Properties } from "../engine";
import { readText } from "./file-faults";
import { isMapping, parseYaml, type Plain } from "./yaml-file";

/**
 * A YAML or JSON file: token → what the cloud would answer. `aws:ec2/getVpc:getVpc: { id: vpc-1 }` answers every call of `aws.ec2.getVpc`,
 * whatever it asks; the outputs of other stacks stand under `pulumi:pulumi:StackReference`, each under the stack's name (--answers FILE).
 *
 * @param shown the file as the user named it
 * @throws ConfigurationError with every fault of the file
 */
export function readAnswers(file: string, shown: string): Record<string, CallModel> {
  if (!fs.existsSync(file)) throw new ConfigurationError(shown, ["it does not exist: name a file of answers (token: result)"]);
  const { content, faults } = parseYaml(readText(file, shown));
  if (faults.length > 0) throw new ConfigurationError(shown, faults);
  if (!isMapping(content))
    throw new ConfigurationError(shown, ["it holds no answers: write token: result, such as aws:ec2/getVpc:getVpc: { id: vpc-1 }"]);
  const wrong = Object.entries(content).flatMap(([token, answer]) => answerFaults(token, answer));
  if (wrong.length > 0) throw new ConfigurationError(shown, wrong);
  return Object.fromEntries(Object.entries(content).map(([token, answer]) => [token, () => answer as Properties]));
}

function answerFaults(token: string, answer: Plain): string[] {
  if (!/^[\w-]+:[\w./-]+:\w+$/.test(token))
    return [`"${token}" is no token; a token has three parts, such as aws:ec2/getVpc:getVpc: take it from the refusal`];
  return isMapping(answer)
    ? []
    : [`${token} is answered by ${JSON.stringify(answer)}; an answer is a mapping of its results: write { id: ... }`];
}
