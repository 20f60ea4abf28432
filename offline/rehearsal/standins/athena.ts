/** Athena: queries whose answer and length the scenario tells. The rows of a SELECT lie as CSV in S3, as Athena leaves them. */
import type { Json } from "../../engine/recording";
import type { Journal } from "../journal";
import { StatesError } from "../states/failures";
import type { VirtualTime } from "../virtual-time";
import type { S3 } from "./s3";
import type { TaskArguments, TaskWorks } from "./state-tasks";

export interface QueryOutcome {
  /** Virtual milliseconds. */
  readonly takes: number;
  /** First row: names of the columns; null where there is no value. Absent: the query returns nothing, as UNLOAD. */
  readonly rows?: readonly (readonly (string | number | null)[])[];
  /** Why it fails. */
  readonly fails?: string;
}

/** Answers as the scenario says. @param sql the query as it was sent */
export type Answering = (sql: string) => QueryOutcome;

export class Athena {
  private readonly results = new Map<string, Exclude<QueryOutcome["rows"], undefined>>();
  private count = 0;
  answering: Answering = () => ({ takes: 60_000 });

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly s3: S3,
  ) {}

  get tasks(): TaskWorks {
    return {
      "athena:startQueryExecution.sync": (given) => this.run(given),
      "athena:getQueryResults": ({ QueryExecutionId }) => this.resultsOf(QueryExecutionId as string),
    };
  }

  /** Developer guide of Step Functions, "Run Athena queries": `.sync` answers as GetQueryExecution does. */
  private async run({ QueryString, WorkGroup = "primary", ResultConfiguration }: TaskArguments): Promise<Json> {
    const sql = QueryString as string;
    const id = `query-${++this.count}`;
    const { takes, rows, fails } = this.answering(sql);
    const submitted = this.time.now();
    this.journal.note("athena", "query.started", { id, sql: sql.slice(0, 200) });
    await this.time.sleep(takes);
    const folder = (ResultConfiguration as { OutputLocation?: string } | undefined)?.OutputLocation ?? "s3://athena-results/";
    const output = `${folder.replace(/\/?$/, "/")}${id}.csv`;
    const status = {
      State: fails === undefined ? "SUCCEEDED" : "FAILED",
      SubmissionDateTime: submitted,
      CompletionDateTime: this.time.now(),
    };
    const described = {
      ...{
        QueryExecutionId: id,
        Query: sql,
        StatementType: "DML",
        WorkGroup: WorkGroup as string,
        ResultConfiguration: { OutputLocation: output },
      },
      Status: { ...status, ...(fails !== undefined && { StateChangeReason: fails }) },
    };
    this.journal.note("athena", "query.ended", { id, state: status.State });
    if (fails !== undefined) throw new StatesError("States.TaskFailed", JSON.stringify(described));
    if (rows !== undefined) {
      this.results.set(id, rows);
      this.s3.put(output, rows.map((row) => row.map((cell) => (cell === null ? "" : `"${cell}"`)).join(",")).join("\n"));
    }
    return { QueryExecution: described };
  }

  private resultsOf(id: string): Json {
    const rows = this.results.get(id);
    if (rows === undefined) throw new StatesError("Athena.InvalidRequestException", `QueryExecution ${id} was not found or has no result`);
    const data = (cell: string | number | null): { [key: string]: Json } => (cell === null ? {} : { VarCharValue: String(cell) });
    const Rows = rows.map((row) => ({ Data: row.map(data) }));
    return { ResultSet: { Rows }, UpdateCount: 0 };
  }
}
