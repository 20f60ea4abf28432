import { loginArns, loginsStatements, poolStatements, proxyResourceId } from "../../../../components/data/postgres-database/login-rights";

const account = { accountId: "123456789012", partition: "aws", region: "eu-central-1" };

describe("I4 rights to log in", () => {
  // A star in place of the login would let MLflow's pods log in as the feedback service.
  it("name one server and one login each", () => {
    expect(loginArns(account, "db-ABC", [{ database: "feast", role: "feast_service" }])).toEqual({
      feast: "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABC/feast_service",
    });
    expect(poolStatements(account, "db-ABC", [{ database: "feast", role: "feast_service" }])).toEqual([
      {
        ...{ Sid: "LogInAsItsClients", Effect: "Allow", Action: "rds-db:connect" },
        Resource: ["arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABC/feast_service"],
      },
    ]);
  });

  it("name a proxy by the end of its ARN", () => {
    expect(proxyResourceId("arn:aws:rds:eu-central-1:123456789012:db-proxy:prx-0123")).toBe("prx-0123");
  });

  it("of the function that makes logins end at one secret, one key and one log", () => {
    const statements = loginsStatements({
      ...{ account, logGroupArn: "arn:log", secretArn: "arn:secret", kmsKeyArn: "arn:key", administratorArn: "arn:administrator" },
    });
    const open = statements.filter(({ Resource }) => Resource === "*");
    expect(open.map(({ Sid }) => Sid)).toEqual(["StandInTheVpc"]);
    expect(statements.find(({ Sid }) => Sid === "DecryptTheSecret")).toEqual({
      ...{ Sid: "DecryptTheSecret", Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:key" },
      Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
    });
  });
});
