import * as pulumi from "@pulumi/pulumi";
import { type KeyService } from "./encryption-key";

export interface EncryptionKeyArgs {
  /** What the key protects, for whoever finds it in the console. @default "Encrypts <name>" */
  description?: pulumi.Input<string>;
  /** AWS services that may use the key for themselves, each only on behalf of this account. @default - none */
  services?: KeyService[];
  /** Days between two rotations, 90 to 2,560. Old data stays readable. @default 365 */
  rotationDays?: number;
  /** Days between deletion and loss of everything encrypted with it, 7 to 30. @default 30 */
  deletionWindowDays?: number;
  /** Lets `pulumi destroy` schedule the key's deletion, and with it the loss of everything encrypted with it. @default false */
  allowDelete?: boolean;
  /** Tags of the key. @default - none */
  tags?: Record<string, pulumi.Input<string>>;
}

export class EncryptionKey extends pulumi.ComponentResource {
  readonly keyArn!: pulumi.Output<string>;
  readonly keyId!: pulumi.Output<string>;
  readonly aliasName!: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("modelloop:index:EncryptionKey", name, {}, opts);
    void args;
  }
}
