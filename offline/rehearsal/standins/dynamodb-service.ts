/** The table stand-in, at the same border as the other services, and for task states. */
import type { Json } from "../../engine/recording";
import type { OutsideReply, OutsideRequest, OutsideService } from "../outside/exchange";
import { StatesError } from "../states/failures";
import { DynamoDbStandIn } from "./dynamodb";
import type { Item } from "./dynamodb-values";

export class DynamoDb {
  private readonly tables = new DynamoDbStandIn();

  createTable(name: string, keys: readonly { AttributeName: string }[]): void {
    void this.ask("CreateTable", { TableName: name, KeySchema: [...keys] });
  }

  items(table: string): Item[] {
    return this.tables.items(table);
  }

  /** As a task state asks: one update, which is a transaction of one. */
  async update(given: Json): Promise<Json> {
    const { status, body } = await this.ask("TransactWriteItems", { TransactItems: [{ Update: given }] });
    if (status === 200) return {};
    const { __type = "", message = "" } = JSON.parse(body) as { __type?: string; message?: string };
    throw new StatesError(`DynamoDB.${__type.split("#").pop()}`, message);
  }

  get service(): OutsideService {
    return { host: "dynamodb", answer: (request) => this.answer(request) };
  }

  private ask(operation: string, input: Json): Promise<OutsideReply> {
    const headers = { "x-amz-target": `DynamoDB_20120810.${operation}` };
    return this.answer({ headers, body: JSON.stringify(input) });
  }

  private async answer({ headers, body }: Pick<OutsideRequest, "headers" | "body">): Promise<OutsideReply> {
    const { response } = await this.tables.handle({ headers: { ...headers }, body });
    return { status: response.statusCode, headers: response.headers, body: new TextDecoder().decode(response.body) };
  }
}
