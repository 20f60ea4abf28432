/** The account of a rehearsal: an empty one, to be filled with what a template declares. */
import { CloudWatch } from "./alarms/cloudwatch";
import { Chance } from "./chance";
import { Functions } from "./functions/functions";
import { Journal } from "./journal";
import { Outside } from "./outside/outside";
import { CALM, type Weather } from "./outside/weather";
import { Athena } from "./standins/athena";
import { type Destinations, destinationsOf } from "./standins/destinations";
import { DynamoDb } from "./standins/dynamodb-service";
import { EventBridge } from "./standins/event-bridge";
import { Kubernetes } from "./standins/kubernetes";
import { Mlflow } from "./standins/mlflow";
import { Prometheus } from "./standins/prometheus";
import { S3 } from "./standins/s3";
import { SageMaker } from "./standins/sagemaker";
import { Scheduler } from "./standins/scheduler";
import { SecretsManager } from "./standins/secrets-manager";
import { Sns } from "./standins/sns";
import { Sqs } from "./standins/sqs";
import { taskIntegration, type TaskWorks } from "./standins/state-tasks";
import { StepFunctions } from "./standins/step-functions";
import { Traffic } from "./standins/traffic";
import { Webhooks } from "./standins/webhooks";
import { VirtualTime } from "./virtual-time";

export interface WorldOptions {
  /** Milliseconds since the epoch. */
  readonly starts: number;
  readonly seed?: number;
  /** @default CALM */
  readonly weather?: Weather;
}

export class World {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly journal: Journal;
  readonly outside: Outside;
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly bus: EventBridge;
  readonly stepFunctions: StepFunctions;
  readonly scheduler: Scheduler;
  readonly secrets = new SecretsManager();
  readonly webhooks: Webhooks;
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb = new DynamoDb();
  readonly s3: S3;
  readonly athena: Athena;
  readonly sageMaker: SageMaker;
  readonly mlflow: Mlflow;
  readonly cluster: Kubernetes;
  readonly traffic: Traffic;
  readonly prometheus: Prometheus;
  /** What task states may ask for beside functions, tables and messages. */
  readonly tasks: TaskWorks;
  private readonly destinations: Destinations = destinationsOf(() => this);

  constructor({ starts, seed = 1, weather = CALM }: WorldOptions) {
    this.time = new VirtualTime(starts);
    this.chance = new Chance(seed);
    this.journal = new Journal(this.time);
    this.outside = new Outside(this.time, this.journal, weather);
    this.functions = new Functions(this.time, this.chance, this.journal, this.outside);
    this.sqs = new Sqs(this.time, this.journal, weather);
    this.sns = new Sns(this.time, this.journal, this.destinations);
    this.bus = new EventBridge(this.time, this.journal, this.destinations);
    const integration = taskIntegration(() => this);
    this.stepFunctions = new StepFunctions(this.time, this.chance, this.journal, this.bus, integration);
    this.s3 = new S3(this.time);
    this.athena = new Athena(this.time, this.journal, this.s3);
    this.sageMaker = new SageMaker(this.time, this.journal, this.s3);
    this.mlflow = new Mlflow(this.time);
    this.cluster = new Kubernetes(this.journal);
    this.traffic = new Traffic(seed);
    this.prometheus = new Prometheus(this.time, this.traffic);
    this.tasks = { ...this.stepFunctions.tasks, ...this.athena.tasks, ...this.sageMaker.tasks };
    this.scheduler = new Scheduler(this.time, this.journal, this.destinations);
    this.webhooks = new Webhooks(this.journal);
    this.cloudWatch = new CloudWatch(this.time, this.journal, this.bus, this.destinations);
    const json = [this.sqs, this.sns, this.bus, this.stepFunctions, this.scheduler, this.secrets, this.cloudWatch, this.dynamoDb];
    const others = [this.s3, this.mlflow, this.cluster, this.prometheus];
    this.outside.add(...[...json, ...others].map(({ service }) => service), ...this.webhooks.services);
  }

  /** Runs until the instant. Refuses to have rehearsed something that it has no stand-in for. */
  async runUntil(end: number): Promise<void> {
    await this.time.runUntil(end);
    const [first] = this.outside.notRehearsed;
    if (first !== undefined) throw new Error(first);
  }
}
