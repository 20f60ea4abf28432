/** A PostgreSQL server, as its administrator sees it. Types only. */
import type { Grant, ServerCatalogue, WantedDatabase } from "../domain/database-roles";

export interface DatabaseServer {
  /** @throws where the server cannot be reached or refuses the administrator. */
  open(database: string): Promise<DatabaseSession>;
}

export interface DatabaseSession {
  /** Waits until no other run changes roles on this server; ends with the session. */
  lock(): Promise<void>;
  server(wanted: readonly WantedDatabase[]): Promise<ServerCatalogue>;
  /** Who may do what in schema public; undefined where there is none. */
  publicSchema(): Promise<Grant[] | undefined>;
  run(statement: string): Promise<void>;
  close(): Promise<void>;
}
