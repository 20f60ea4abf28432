/** Annotations of an Ingress that the AWS Load Balancer Controller v3.5.0 (that of the chart of the same version) documents, docs/guide/ingress/annotations.md; those whose names hold a name of the user's are left out. */
export const CONTROLLER_ANNOTATIONS = [
  ...["auth-idp-cognito", "auth-idp-oidc", "auth-on-unauthenticated-request", "auth-scope", "auth-session-cookie", "auth-session-timeout"],
  ...["auth-type", "backend-protocol", "backend-protocol-version", "certificate-arn", "customer-owned-ipv4-pool", "enable-frontend-nlb"],
  ...["frontend-nlb-attributes", "frontend-nlb-eip-allocations", "frontend-nlb-healthcheck-healthy-threshold-count"],
  ...["frontend-nlb-healthcheck-interval-seconds", "frontend-nlb-healthcheck-path", "frontend-nlb-healthcheck-port"],
  ...["frontend-nlb-healthcheck-protocol", "frontend-nlb-healthcheck-success-codes", "frontend-nlb-healthcheck-timeout-seconds"],
  ...["frontend-nlb-healthcheck-unhealthy-threshold-count", "frontend-nlb-listener-port-mapping", "frontend-nlb-scheme"],
  ...["frontend-nlb-security-groups", "frontend-nlb-subnets", "frontend-nlb-tags", "group.name", "group.order"],
  ...["healthcheck-interval-seconds", "healthcheck-path", "healthcheck-port", "healthcheck-protocol", "healthcheck-timeout-seconds"],
  ...["healthy-threshold-count", "inbound-cidrs", "ip-address-type", "ipam-ipv4-pool-id", "jwt-validation", "listen-ports"],
  ...["load-balancer-attributes", "load-balancer-name", "manage-backend-security-group-rules", "minimum-load-balancer-capacity"],
  ...["multi-cluster-target-group", "mutual-authentication", "scheme", "security-group-prefix-lists", "security-groups"],
  ...["shield-advanced-protection", "ssl-policy", "ssl-redirect", "subnets", "success-codes", "tags", "target-group-attributes"],
  ...["target-node-labels", "target-type", "unhealthy-threshold-count", "use-regex-path-match", "waf-acl-id", "wafv2-acl-arn"],
].map((name) => `alb.ingress.kubernetes.io/${name}`);
