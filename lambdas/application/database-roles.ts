import { planSchema, planServer, type ServerPlan, type WantedDatabase } from "../domain/database-roles";
import type { DatabaseServer, DatabaseSession } from "../ports/database-server";

export interface ProvidedDatabases {
  readonly databases: number;
  /** What was run; empty where everything was there already. */
  readonly statements: readonly string[];
}

/** There on every server, and the only one there before ours. */
const FIRST_DATABASE = "postgres";

/** Brings the databases and their logins about, and checks that they are there. Repeating changes nothing. */
export async function provideDatabases(wanted: readonly WantedDatabase[], server: DatabaseServer): Promise<ProvidedDatabases> {
  return inSession(server, FIRST_DATABASE, async (administrator) => {
    await administrator.lock();
    const plan = async () => statementsOf(planServer(wanted, await administrator.server(wanted)));
    const statements = await runUntilDone(administrator, plan);
    for (const each of wanted) {
      const inside = await inSession(server, each.database, (session) =>
        runUntilDone(session, async () => planSchema(each, await session.publicSchema())),
      );
      statements.push(...inside);
    }
    return { databases: wanted.length, statements };
  });
}

async function runUntilDone(session: DatabaseSession, plan: () => Promise<readonly string[]>): Promise<string[]> {
  const statements = [...(await plan())];
  for (const statement of statements) await session.run(statement);
  const left = statements.length === 0 ? [] : await plan();
  if (left.length > 0) throw new Error(`The server accepted these statements and did nothing: ${left.join("; ")}. Its log says why.`);
  return statements;
}

function statementsOf(plan: ServerPlan): readonly string[] {
  if (plan.kind === "apply") return plan.statements;
  throw new Error(`Nothing was changed:\n${plan.faults.map((fault) => `  - ${fault}`).join("\n")}`);
}

async function inSession<T>(server: DatabaseServer, database: string, work: (session: DatabaseSession) => Promise<T>): Promise<T> {
  const session = await server.open(database);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
