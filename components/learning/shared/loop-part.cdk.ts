import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ITopic } from "aws-cdk-lib/aws-sns";

/** What every part of the loop is told. */
export interface LoopPartProps {
  /** First word of every alarm's name: `dev`. */
  readonly environment: string;
  /** Second word of the names of the loop's own alarms. A change renames, and so replaces, these alarms. @default "loop" */
  readonly loop?: string;
  /** Encrypts what the part stores and logs; its policy must let CloudWatch Logs use it, as that of `LoopKey` does. @default - keys of AWS */
  readonly encryptionKey?: IKey;
  /** Where the part's own alarms go. @default - they change colour and tell nobody */
  readonly healthTopic?: ITopic;
  /** Where this package's docs are published, for links from alarms: `https://git.example.com/ml/modelloop/blob/main`. @default - a path within the package */
  readonly runbooks?: string;
}
