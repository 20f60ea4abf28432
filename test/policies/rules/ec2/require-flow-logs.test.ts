import { ec2RequireFlowLogs as rule } from "../../../../policies/rules/ec2/require-flow-logs";
import { departures, without } from "../../judged";

// Nothing says where the data went.
departures(rule, [["absent log", without("traffic"), ["network: no FlowLog records it; add a FlowLog with its vpcId."]]]);
