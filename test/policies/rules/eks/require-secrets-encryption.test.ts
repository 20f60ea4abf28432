import { eksRequireSecretsEncryption as rule } from "../../../../policies/rules/eks/require-secrets-encryption";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// A copy of etcd holds every password.
departures(rule, [
  ["absent", absent("encryptionConfig"), ['platform: encryptionConfig.resources is absent; give it a key, for ["secrets"].']],
  ["for nothing", set("encryptionConfig.resources", []), ['platform: encryptionConfig.resources is []; give it a key, for ["secrets"].']],
]);

otherwise(rule, [
  ["takes a key that is known after deployment only", set("encryptionConfig.provider", { keyArn: UNKNOWN }), { faults: [] }],
]);
