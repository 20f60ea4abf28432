import { PostgresDatabase, type PostgresDatabaseArgs } from "../../../../components";
import { databaseRolesRequestSchema } from "../../../../lambdas/domain/database-roles";
import { databaseRolesEnvironmentSchema } from "../../../../lambdas/runtime/database-roles";
import { type Plan, planOf, refusalOf } from "../../shared/plan-of";

const vpc = {
  ...{ vpcId: "vpc-1", cidr: "10.0.0.0/16", publicSubnetIds: ["subnet-a"] },
  ...{ privateSubnetIds: ["subnet-p1", "subnet-p2"], intraSubnetIds: ["subnet-i1", "subnet-i2"] },
};
const five = ["mlflow", "airflow", "feast", "feedback", "experiments"].map((name) => ({ name }));
const database = (args: Partial<PostgresDatabaseArgs> = {}) =>
  planOf(() => {
    const { loginArns, administratorSecretArn, instanceArn, ...made } = new PostgresDatabase("db", { vpc, kmsKeyArn: "arn:key", ...args });
    const { host, port, securityGroupId, resourceId, instanceIdentifier } = made;
    return { host, port, securityGroupId, resourceId, instanceIdentifier, loginArns, administratorSecretArn, instanceArn };
  });

describe("I4 the smallest server", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await database();
  });

  it("is this and nothing else", () => {
    expect(plan.list).toEqual([
      "aws:cloudwatch/logGroup:LogGroup db-log-iam-db-auth-error",
      "aws:cloudwatch/logGroup:LogGroup db-log-postgresql",
      "aws:cloudwatch/logGroup:LogGroup db-log-upgrade",
      "aws:ec2/securityGroup:SecurityGroup db-entrance",
      "aws:rds/instance:Instance db-instance",
      "aws:rds/parameterGroup:ParameterGroup db-parameters",
      "aws:rds/subnetGroup:SubnetGroup db-subnets",
      "modelloop:index:PostgresDatabase db",
    ]);
  });

  it("is this server", () => {
    expect(plan.inputs("db-instance")).toEqual({
      ...{ identifier: "db", engine: "postgres", engineVersion: "17", instanceClass: "db.t4g.small", port: 5432, multiAz: false },
      ...{ storageType: "gp3", allocatedStorage: 20, maxAllocatedStorage: 100, storageEncrypted: true, kmsKeyId: "arn:key" },
      ...{
        username: "postgres",
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: "arn:key",
        iamDatabaseAuthenticationEnabled: true,
      },
      ...{ publiclyAccessible: false, dbSubnetGroupName: "db-subnets-standin", vpcSecurityGroupIds: ["db-entrance-id"] },
      ...{ backupRetentionPeriod: 7, backupWindow: "03:00-04:00", maintenanceWindow: "sun:04:30-sun:05:30", applyImmediately: false },
      ...{ parameterGroupName: "db-parameters-standin", autoMinorVersionUpgrade: true, allowMajorVersionUpgrade: false },
      ...{ performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: 7, performanceInsightsKmsKeyId: "arn:key" },
      ...{ enabledCloudwatchLogsExports: ["postgresql", "upgrade", "iam-db-auth-error"], copyTagsToSnapshot: true },
      ...{ deletionProtection: true, skipFinalSnapshot: false, finalSnapshotIdentifier: "db-final", deleteAutomatedBackups: false },
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
    });
  });

  // A password in the state is a password in every backup of the state, and in whatever bucket that lies.
  it("has no password anywhere, and hands on the secret that RDS keeps", () => {
    expect(plan.inputs("db-instance")).not.toHaveProperty("password");
    expect(plan.recording.stackOutputs["administratorSecretArn"]).toBe(
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-instance",
    );
  });

  it("takes TLS only, logs changes of schema and what is slow", () => {
    expect(plan.inputs("db-parameters")).toMatchObject({
      family: "postgres17",
      parameters: [
        { name: "rds.force_ssl", value: "1" },
        { name: "ssl_min_protocol_version", value: "TLSv1.2" },
        { name: "log_connections", value: "1" },
        { name: "log_statement", value: "ddl" },
        { name: "log_min_duration_statement", value: "1000" },
      ],
    });
  });

  it("stands in the subnets without a way out, and lets nobody in", () => {
    expect(plan.inputs("db-subnets")["subnetIds"]).toEqual(["subnet-i1", "subnet-i2"]);
    expect(plan.inputs("db-entrance")).toEqual({ vpcId: "vpc-1", description: "PostgreSQL server db", tags: { Name: "db-entrance" } });
  });

  // RDS makes the groups that it misses itself: not encrypted, and kept for ever.
  it("comes after its log groups", () => {
    expect(plan.waitsFor("db-instance")).toEqual(
      expect.arrayContaining(["db-log-postgresql", "db-log-upgrade", "db-log-iam-db-auth-error"]),
    );
    expect(plan.inputs("db-log-iam-db-auth-error")).toEqual({ name: "/aws/rds/instance/db/iam-db-auth-error", retentionInDays: 90 });
  });

  it("is kept with all that it stands on", () => {
    expect(plan.resource("db-instance").options).toMatchObject({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["engineLifecycleSupport"],
    });
    for (const name of ["db-subnets", "db-parameters", "db-entrance", "db-log-postgresql"])
      expect(plan.resource(name).options.retainOnDelete).toBe(true);
  });

  it("hands the next component what it needs", () => {
    expect(plan.recording.stackOutputs).toMatchObject({
      ...{ host: "db-instance.standin.us-east-1.rds.amazonaws.com", port: 5432, securityGroupId: "db-entrance-id" },
      ...{ resourceId: "db-instance.resourceId", instanceIdentifier: "db", loginArns: {} },
      instanceArn: "arn:aws:rds:us-east-1:123456789012:db:db",
    });
  });
});

describe("I4 arguments", () => {
  it("reach the server", async () => {
    const plan = await database({
      ...{ version: "16.11", allowMajorVersionUpgrade: true, instanceClass: "db.m7g.large", multiAz: true, applyImmediately: true },
      ...{ storage: { sizeGib: 200, maxSizeGib: 400 }, backup: { retentionDays: 30, window: "01:00-02:00" }, extendedSupport: true },
      ...{
        maintenanceWindow: "sat:04:00-sat:05:00",
        performanceInsightsRetentionDays: 93,
        instanceIdentifier: "company",
        masterUsername: "admin",
      },
      ...{ logs: { retentionDays: 30, kmsKeyArn: "arn:logs", slowStatementMilliseconds: 250 }, finalSnapshotIdentifier: "farewell" },
      tags: { owner: "platform" },
    });
    expect(plan.inputs("db-instance")).toMatchObject({
      ...{ identifier: "company", engineVersion: "16.11", allowMajorVersionUpgrade: true, instanceClass: "db.m7g.large", multiAz: true },
      ...{
        allocatedStorage: 200,
        maxAllocatedStorage: 400,
        backupRetentionPeriod: 30,
        backupWindow: "01:00-02:00",
        applyImmediately: true,
      },
      ...{ maintenanceWindow: "sat:04:00-sat:05:00", performanceInsightsRetentionPeriod: 93, username: "admin" },
      ...{ engineLifecycleSupport: "open-source-rds-extended-support", finalSnapshotIdentifier: "farewell", tags: { owner: "platform" } },
    });
    expect(plan.inputs("db-parameters")).toMatchObject({ family: "postgres16" });
    expect(plan.inputs("db-parameters")["parameters"]).toContainEqual({ name: "log_min_duration_statement", value: "250" });
    expect(plan.inputs("db-log-postgresql")).toMatchObject({
      ...{ name: "/aws/rds/instance/company/postgresql", retentionInDays: 30, kmsKeyId: "arn:logs", tags: { owner: "platform" } },
    });
  });

  it("give up backups, insights and the final snapshot by name only", async () => {
    const plan = await database({
      ...{ backup: { turnedOff: true }, performanceInsightsRetentionDays: 0, allowDelete: true, deleteWithoutFinalSnapshot: true },
    });
    const inputs = plan.inputs("db-instance");
    expect(inputs).toMatchObject({ backupRetentionPeriod: 0, performanceInsightsEnabled: false, skipFinalSnapshot: true });
    expect(inputs).toMatchObject({ deletionProtection: false, deleteAutomatedBackups: true });
    expect(inputs).not.toHaveProperty("finalSnapshotIdentifier");
    expect(inputs).not.toHaveProperty("performanceInsightsRetentionPeriod");
    expect((await database({ allowDelete: true })).inputs("db-instance")).toMatchObject({ skipFinalSnapshot: false });
  });

  it("let clients in by their security group, named or later", async () => {
    const plan = await planOf(() => {
      const db = new PostgresDatabase("db", { vpc, kmsKeyArn: "arn:key", clients: [{ name: "nodes", securityGroupId: "sg-nodes" }] });
      db.allowFrom("notebook", "sg-notebook");
    });
    const rule = { securityGroupId: "db-entrance-id", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    expect(plan.inputs("db-from-nodes")).toEqual({ ...rule, referencedSecurityGroupId: "sg-nodes", description: "PostgreSQL from nodes" });
    expect(plan.inputs("db-from-notebook")).toEqual({
      ...rule,
      referencedSecurityGroupId: "sg-notebook",
      description: "PostgreSQL from notebook",
    });
    expect(plan.resource("db-from-notebook").parent).toBe(plan.resource("db").urn);
  });
});

describe("I4 databases and logins", () => {
  let plan: Plan;
  beforeAll(async () => {
    plan = await database({ databases: five });
  });

  it("are asked of the function in a form that it takes, with an environment that it takes", () => {
    const request = databaseRolesRequestSchema.parse(plan.document("db-logins-run", "input"));
    expect(request.databases).toEqual(five.map(({ name }) => ({ database: name, role: name })));
    const { variables } = plan.inputs("db-logins")["environment"] as { variables: Record<string, string> };
    expect(databaseRolesEnvironmentSchema.parse(variables)).toEqual({
      ...{ DATABASE_HOST: "db-instance.standin.us-east-1.rds.amazonaws.com", DATABASE_PORT: 5432 },
      ADMINISTRATOR_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-instance",
    });
    // Without it Node.js trusts no certificate of RDS, and somebody would turn the check off.
    expect(variables["NODE_EXTRA_CA_CERTS"]).toBe("/var/runtime/ca-cert.pem");
  });

  it("are asked for again when the list, the server or the function changes", async () => {
    expect(plan.inputs("db-logins-run")["triggers"]).toEqual({ server: "db-instance.resourceId", code: "db-logins.codeSha256" });
    const more = await database({ databases: [...five, { name: "reports" }] });
    expect(more.inputs("db-logins-run")["input"]).not.toBe(plan.inputs("db-logins-run")["input"]);
  });

  // The first `up` would fail half of the time, whichever came first.
  it("are asked for only when the function may do all it needs, and has a way to the server and to the secret", () => {
    expect(plan.waitsFor("db-logins")).toContain("db-logins-policy");
    expect(plan.waitsFor("db-logins-run")).toEqual(
      expect.arrayContaining(["db-logins", "db-logins-in", "db-logins-out", "db-logins-secret"]),
    );
  });

  it("come from inside the VPC, where NAT or an endpoint leads to the secret", () => {
    expect(plan.inputs("db-logins")["vpcConfig"]).toEqual({
      subnetIds: ["subnet-p1", "subnet-p2"],
      securityGroupIds: ["db-logins-group-id"],
    });
    const path = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    expect(plan.inputs("db-logins-in")).toMatchObject({
      ...path,
      securityGroupId: "db-entrance-id",
      referencedSecurityGroupId: "db-logins-group-id",
    });
    expect(plan.inputs("db-logins-out")).toMatchObject({
      ...path,
      securityGroupId: "db-logins-group-id",
      referencedSecurityGroupId: "db-entrance-id",
    });
    expect(plan.inputs("db-logins-secret")).toMatchObject({ fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" });
  });

  // A function that keeps its interfaces for 40 minutes keeps `pulumi destroy` waiting for 40 minutes, and then it fails.
  it("let go of their security group on destroy", () => {
    expect(plan.inputs("db-logins")["replaceSecurityGroupsOnDestroy"]).toBe(true);
  });

  it("give each consumer the one right that it needs, once the login is there", () => {
    const dbuser = "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-instance.resourceId";
    expect(plan.recording.stackOutputs["loginArns"]).toEqual(Object.fromEntries(five.map(({ name }) => [name, `${dbuser}/${name}`])));
  });
});

describe("I4 connection pooling", () => {
  let plan: Plan;
  beforeAll(async () => {
    const clients = [{ name: "nodes", securityGroupId: "sg-nodes" }];
    plan = await database({
      databases: five.slice(0, 2),
      clients,
      connectionPooling: { maxConnectionsPercent: 80, idleClientTimeoutMinutes: 10 },
    });
  });

  it("takes tokens over TLS, and comes to the server with tokens", () => {
    expect(plan.inputs("db-pool")).toMatchObject({
      ...{ engineFamily: "POSTGRESQL", defaultAuthScheme: "IAM_AUTH", requireTls: true, debugLogging: false, idleClientTimeout: 600 },
      ...{ vpcSubnetIds: ["subnet-i1", "subnet-i2"], vpcSecurityGroupIds: ["db-pool-entrance-id"] },
    });
    expect(plan.inputs("db-pool")).not.toHaveProperty("auths");
    expect(plan.inputs("db-pool-targets")["connectionPoolConfig"]).toEqual({
      ...{ maxConnectionsPercent: 80, maxIdleConnectionsPercent: 50, connectionBorrowTimeout: 60 },
    });
    expect(plan.inputs("db-pool-target")).toMatchObject({ dbInstanceIdentifier: "db" });
    expect(plan.waitsFor("db-pool")).toContain("db-pool-policy");
  });

  // A client that goes round the pool takes the connections that the pool is there to spare.
  it("is the only way in for clients; the function goes to the server itself", () => {
    expect(plan.inputs("db-from-nodes")).toMatchObject({ securityGroupId: "db-pool-entrance-id" });
    const intoServer = plan.resources.filter(
      ({ type, inputs }) => type.endsWith("IngressRule") && inputs["securityGroupId"] === "db-entrance-id",
    );
    expect(intoServer.map(({ name }) => name).sort()).toEqual(["db-logins-in", "db-pool-in"]);
  });

  it("is what the next component is told of", () => {
    expect(plan.recording.stackOutputs).toMatchObject({
      ...{
        host: "db-pool.endpoint",
        port: 5432,
        securityGroupId: "db-pool-entrance-id",
        resourceId: "prx-db-pool",
        instanceIdentifier: "db",
      },
      loginArns: { mlflow: "arn:aws:rds-db:us-east-1:123456789012:dbuser:prx-db-pool/mlflow" },
    });
  });
});

// In a preview the server's address, its secret and every id are unknown; a resource that hangs on one of them would be missing.
it("I4 plans the same in a preview, with everything that there is", async () => {
  const args = {
    vpc,
    kmsKeyArn: "arn:key",
    databases: five,
    connectionPooling: {},
    clients: [{ name: "nodes", securityGroupId: "sg-nodes" }],
  };
  const [preview, applied] = await Promise.all(
    (["preview", "apply"] as const).map((mode) => planOf(() => void new PostgresDatabase("db", args), { mode })),
  );
  expect(preview?.list).toEqual(applied?.list);
});

describe("I4 an existing server", () => {
  const existingDatabase = {
    host: "db.example.com",
    port: 5433,
    securityGroupId: "sg-db",
    resourceId: "db-ABC",
    instanceIdentifier: "company",
  };

  it("is handed on as it is, and nothing is created", async () => {
    const plan = await database({ existingDatabase });
    expect(plan.list).toEqual(["modelloop:index:PostgresDatabase db"]);
    expect(plan.recording.stackOutputs).toMatchObject({
      ...existingDatabase,
      instanceArn: "arn:aws:rds:us-east-1:123456789012:db:company",
    });
  });

  it("gets databases, logins and clients", async () => {
    const clients = [{ name: "nodes", securityGroupId: "sg-nodes" }];
    const plan = await database({ existingDatabase, administratorSecretArn: "arn:secret", databases: five, clients });
    expect(plan.has("db-instance")).toBe(false);
    expect(plan.inputs("db-logins")["environment"]).toMatchObject({
      variables: { DATABASE_HOST: "db.example.com", DATABASE_PORT: "5433" },
    });
    expect(plan.inputs("db-from-nodes")).toMatchObject({ securityGroupId: "sg-db", fromPort: 5433, toPort: 5433 });
    expect(plan.recording.stackOutputs["administratorSecretArn"]).toBe("arn:secret");
  });
});

it("fails before anything is created, with every fault", () => {
  const args = { vpc, kmsKeyArn: "arn:key", version: "13", databases: [{ name: "postgres" }] };
  expect(refusalOf(() => new PostgresDatabase("db", args))).toBe(
    [
      `PostgresDatabase "db" cannot be built:`,
      "  - version is 13; before 15 everybody who can connect may create in the schema public: use 15 or newer",
      "  - databases[0].name is postgres; every server has it already, for its own use: choose another name",
      "  - databases[0] has the login postgres; that is the administrator: set login to another name",
    ].join("\n"),
  );
});
