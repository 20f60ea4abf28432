import { ec2DisallowOpenIngress as rule } from "../../../../policies/rules/ec2/disallow-open-ingress";
import { UNKNOWN, absent, departures, otherwise, set } from "../../judged";

// Every address is scanned within minutes.
departures(rule, [
  [
    "open inline",
    set("balancer/ingress.0.fromPort", 22),
    ["balancer: 0.0.0.0/0 may reach ports 22 to 443; name the addresses or the security group that need it."],
  ],
  [
    "open on all ports",
    set("balancer/ingress", [{ protocol: "-1", fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/0"] }]),
    ["balancer: ::/0 may reach all ports; name the addresses or the security group that need it."],
  ],
  [
    "open by a rule of its own",
    set("from-office/cidrIpv4", "0.0.0.0/0"),
    ["from-office: 0.0.0.0/0 may reach port 22; name the addresses or the security group that need it."],
  ],
  [
    "open by an older rule",
    set("out/type", "ingress"),
    ["out: 0.0.0.0/0 may reach all ports; name the addresses or the security group that need it."],
  ],
  [
    "open on a port that its user does not allow",
    set("balancer/ingress.0.protocol", "tcp"),
    ["balancer: 0.0.0.0/0 may reach port 443; name the addresses or the security group that need it."],
    { ports: [] },
  ],
  [
    "open to a half of all addresses",
    set("from-office/cidrIpv4", "0.0.0.0/1"),
    ["from-office: 0.0.0.0/1 may reach port 22; name the addresses or the security group that need it."],
  ],
  [
    "open to a half of all IPv6 addresses",
    set("from-office/cidrIpv6", "8000::/1"),
    ["from-office: 8000::/1 may reach port 22; name the addresses or the security group that need it."],
  ],
]);

otherwise(rule, [
  ["takes the widest private range", set("from-office/cidrIpv4", "10.0.0.0/8"), { faults: [] }],
  ["takes absent rules", absent("balancer/ingress"), { faults: [] }],
  ["says so where the address is unknown", set("from-office/cidrIpv4", UNKNOWN), { faults: [], unknown: "cidrIpv4" }],
]);
