/** Secrets Manager: texts by their ARN. */
import { jsonService, type OutsideService, ServiceRefusal } from "../outside/exchange";
import { nameIn } from "./arns";

export class SecretsManager {
  private readonly secrets = new Map<string, string>();

  declare(arn: string, text: string): void {
    this.secrets.set(arn, text);
  }

  get service(): OutsideService {
    return jsonService("secretsmanager", {
      GetSecretValue: ({ SecretId }: { SecretId: string }) => {
        const SecretString = this.secrets.get(SecretId);
        if (SecretString === undefined) {
          throw new ServiceRefusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        }
        return { ARN: SecretId, Name: nameIn(SecretId), SecretString, VersionId: "rehearsal" };
      },
    });
  }
}
