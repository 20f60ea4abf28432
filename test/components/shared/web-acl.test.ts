import { webAclFaults } from "../../../components/shared/web-acl";

const REGIONAL = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/names/0b1c2d3e-0000-4000-8000-000000000000";

it("takes a web ACL for load balancers, in every partition, and one that is not known yet", () => {
  expect(webAclFaults("webAclArn", REGIONAL)).toEqual([]);
  expect(webAclFaults("webAclArn", REGIONAL.replace("aws", "aws-us-gov"))).toEqual([]);
  expect(webAclFaults("webAclArn", undefined)).toEqual([]);
  expect(webAclFaults("webAclArn", Promise.resolve("later"))).toEqual([]);
});

// The load balancer would stand open to the internet while the controller goes on trying.
it.each([
  "arn:aws:wafv2:us-east-1:123456789012:global/webacl/names/0b1c2d3e",
  "arn:aws:waf-regional:us-east-1:123456789012:webacl/0b1c2d3e",
  "names",
])("refuses %s", (arn) => {
  expect(webAclFaults("webAclArn", arn)).toEqual([
    `webAclArn is "${arn}"; a load balancer takes a web ACL of WAFv2 with the scope REGIONAL: give the ARN of one, which has :regional/webacl/ in it`,
  ]);
});
