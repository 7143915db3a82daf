import { setTimeout as sleep } from 'timers/promises';
import { BootstrapEnvironments, CdkAppMultiContext, DiffMethod, ICloudAssemblySource, NonInteractiveIoHost, StackSelectionStrategy, Toolkit } from '@aws-cdk/toolkit-lib';
import { paginateDescribeStackEvents, paginateListStacks, CloudFormationClient, DeleteStackCommand, DescribeStacksCommand, StackSummary } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { DeleteImageCommand, DescribeImageCommand, DescribeImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { App } from 'aws-cdk-lib';
import { deleteDomains } from './domains';
import { ENVIRONMENT, ignore } from './environment';
import { OfflineAws } from '../../emulator/offline-aws';
import { containerManifest } from '../../scripts/demo/container-images';
import { imageNames, inventory, InventoryRow } from '../../scripts/demo/inventory';

const BOOTSTRAP_STACK = 'CDKToolkit';
/** Timeouts, long enough for a slow machine. */
const SECONDS = { deployment: 120, call: 60, deletion: 60 };

/** Adds the stacks of a test to an app. */
export type AppBuilder = (app: App) => void;

/** Settings of the offline AWS. */
export type Settings = Record<string, string | number | boolean>;

/** A bootstrapped offline AWS, and a CDK Toolkit that deploys to it. */
export class Cloud {
  /**
   * Starts an offline AWS and bootstraps it.
   *
   * @param settings settings of the offline AWS
   * @param timeout the timeout of each toolkit command, in seconds
   */
  public static async start(settings: Settings = {}, timeout: number = SECONDS.deployment): Promise<Cloud> {
    const cloud = new Cloud(await OfflineAws.start({ settings, log: () => undefined }), timeout);
    try {
      await cloud.run('bootstrap', (toolkit) =>
        toolkit.bootstrap(BootstrapEnvironments.fromList([`aws://${ENVIRONMENT.account}/${ENVIRONMENT.region}`])));
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  /** The folder of cdk.context.json. By default, look-ups during synth are not kept. */
  public contextFolder?: string;
  public readonly sageMaker: SageMakerClient;
  public readonly cloudFormation: CloudFormationClient;
  public readonly ecr: ECRClient;
  private readonly clients: { destroy(): void }[] = [];
  private readonly environment = { ...process.env };
  private readonly messages: string[] = [];
  private cdk?: Toolkit;

  private constructor(public readonly aws: OfflineAws, private readonly timeout: number) {
    // The toolkit reads the endpoint from environment variables. Jest gives each test file its own environment.
    Object.assign(process.env, aws.env);
    this.sageMaker = this.client(SageMakerClient);
    this.cloudFormation = this.client(CloudFormationClient);
    this.ecr = this.client(ECRClient);
  }

  /** Creates an SDK client. The options can select another account, Region or principal. */
  public client<T extends { destroy(): void }>(type: new (config: any) => T, options: object = {}): T {
    const client = new type({
      endpoint: this.aws.endpoint,
      region: ENVIRONMENT.region,
      requestHandler: { requestTimeout: SECONDS.call * 1000, throwOnRequestTimeout: true },
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  /** Sets environment variables for the toolkit. */
  public addEnvironment(variables: Record<string, string>): void {
    Object.assign(process.env, variables);
  }

  /** Synthesizes an app and returns the output of the toolkit. */
  public synth(build: AppBuilder): Promise<string> {
    return this.run('synth', async (toolkit) => toolkit.synth(await source(toolkit, build, this.contextFolder), { ...ALL_STACKS, validateStacks: true }));
  }

  /** Deploys all stacks of an app and returns the output of the toolkit. CloudFormation uses the role, if one is given. */
  public deploy(build: AppBuilder, roleArn?: string): Promise<string> {
    return this.run('deploy', async (toolkit) => toolkit.deploy(await source(toolkit, build, this.contextFolder), { ...ALL_STACKS, roleArn }));
  }

  /** Deploys all stacks of an app, expects that to fail, and returns the output of the toolkit with the reason. */
  public async failToDeploy(build: AppBuilder, roleArn?: string): Promise<string> {
    const reason = await this.deploy(build, roleArn).then(() => undefined, (error: Error) => error.message);
    if (reason === undefined) {
      throw new Error('the deployment should have failed, but succeeded');
    }
    return reason;
  }

  /** Compares all stacks of an app with the deployed ones by a change set, and returns the output of the toolkit. */
  public diff(build: AppBuilder): Promise<string> {
    return this.run('diff', async (toolkit) => toolkit.diff(await source(toolkit, build, this.contextFolder), { ...ALL_STACKS, method: DiffMethod.ChangeSet() }));
  }

  /** Deletes all stacks of an app and returns the output of the toolkit. */
  public destroy(build: AppBuilder, roleArn?: string): Promise<string> {
    return this.run('destroy', async (toolkit) => toolkit.destroy(await source(toolkit, build, this.contextFolder), { ...ALL_STACKS, roleArn }));
  }

  /** Pushes container images to a repository, as a build would. */
  public async pushImages(repositoryName: string, ...tags: string[]): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName })).catch(ignore('RepositoryAlreadyExistsException'));
    for (const imageTag of tags) {
      await this.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: containerManifest(imageTag) }));
    }
  }

  /** Returns all image versions. */
  public versions(): Promise<InventoryRow[]> {
    return inventory(this.sageMaker);
  }

  /** Returns one line for each image version: `torch 2 CREATED stable,tested`. */
  public async shortVersions(): Promise<string[]> {
    return (await this.versions()).map(({ image, version, status, aliases }) => `${image} ${version} ${status} ${aliases.join()}`.trim());
  }

  /** Returns the display name of an image. */
  public async displayName(ImageName: string): Promise<string | undefined> {
    return (await this.sageMaker.send(new DescribeImageCommand({ ImageName }))).DisplayName;
  }

  /** Returns the names of all images. */
  public images(): Promise<string[]> {
    return imageNames(this.sageMaker);
  }

  /** Returns the status of a stack, or `undefined` if it does not exist. */
  public async stackStatus(stackName: string): Promise<string | undefined> {
    return (await this.stacks()).find((stack) => stack.StackName === stackName)?.StackStatus;
  }

  /** Returns the outputs of a stack. */
  public async outputs(stackName: string): Promise<Record<string, string>> {
    const { Stacks = [] } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return Object.fromEntries((Stacks[0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  }

  /** Returns the events of a stack, oldest first: `<logical id> <status> <reason>`. */
  public async events(stack: string, since = new Date(0)): Promise<string[]> {
    const events: string[] = [];
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: this.cloudFormation }, { StackName: stack })) {
      events.push(...StackEvents.filter(({ Timestamp }) => Timestamp! >= since).map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason = '' }) =>
        `${LogicalResourceId} ${ResourceStatus} ${ResourceStatusReason}`.trim()));
    }
    return events.reverse();
  }

  /** Returns all stacks except the bootstrap stack, newest first, and deleted stacks only on request. */
  public async stacks({ deleted = false } = {}): Promise<StackSummary[]> {
    const stacks: StackSummary[] = [];
    for await (const { StackSummaries = [] } of paginateListStacks({ client: this.cloudFormation }, {})) {
      stacks.push(...StackSummaries.filter(({ StackName, StackStatus }) =>
        StackName !== BOOTSTRAP_STACK && (deleted || StackStatus !== 'DELETE_COMPLETE')));
    }
    return stacks.sort((a, b) => b.CreationTime!.getTime() - a.CreationTime!.getTime());
  }

  /** Changes settings of the offline AWS and returns the former settings. */
  public async set(settings: Settings): Promise<Settings> {
    const before = await this.control('settings') as Settings;
    await this.control('settings', settings);
    return before;
  }

  /** Calls a control endpoint of the offline AWS. */
  public async control(name: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.aws.endpoint}/offline-aws/${name}`, {
      ...body ? { method: 'POST', body: JSON.stringify(body) } : {},
      signal: AbortSignal.timeout(SECONDS.call * 1000),
    });
    if (!response.ok) {
      throw new Error(`/offline-aws/${name} returned ${response.status}: ${await response.text()}`);
    }
    return response.json();
  }

  /** Sends a request without an SDK client, and returns the body of the response unchanged. */
  public async request(service: string, path: string, headers: Record<string, string> = {}, body?: object): Promise<string> {
    const credential = `${process.env.AWS_ACCESS_KEY_ID}/20260101/${ENVIRONMENT.region}/${service}/aws4_request`;
    const response = await fetch(`${this.aws.endpoint}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        ...headers,
        'x-amz-date': '20260101T000000Z',
        'authorization': `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(SECONDS.call * 1000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${service} ${headers['x-amz-target'] ?? path} returned ${response.status}: ${text}`);
    }
    return text;
  }

  /** Requests a failure, see emulator/README.md. It is canceled at the end of the scenario. */
  public async fault(kind: 'error' | 'throttle' | 'kill' | 'version' | 'slow', order: object): Promise<void> {
    await this.control(`faults/${kind}`, order);
  }

  /**
   * Deletes everything that a test left behind.
   *
   * Domains and images are deleted before the stacks, so that no image is attached and no versions collide.
   */
  public async clear(): Promise<void> {
    await fetch(`${this.aws.endpoint}/offline-aws/faults`, { method: 'DELETE', signal: AbortSignal.timeout(SECONDS.call * 1000) });
    await deleteDomains(this.sageMaker);
    for (const ImageName of await this.images()) {
      await this.deleteImage(ImageName);
    }
    for (const { StackName } of await this.stacks()) {
      await this.cloudFormation.send(new DeleteStackCommand({ StackName }));
    }
    const left = (await this.stacks()).map(({ StackName, StackStatus }) => `${StackName} (${StackStatus})`);
    if (left.length > 0) {
      throw new Error(`stacks that a test left behind cannot be deleted: ${left.join(', ')}`);
    }
  }

  /** Returns the output of the toolkit since the last call of this method. */
  public takeToolkitOutput(): string {
    return this.messages.splice(0).join('\n');
  }

  /** Stops the offline AWS. */
  public async stop(): Promise<void> {
    this.clients.forEach((client) => client.destroy());
    process.env = this.environment;
    await this.aws.stop();
  }

  /** Deletes an image and its versions. While a version is changing, SageMaker refuses the deletion. */
  private async deleteImage(ImageName: string): Promise<void> {
    for (const deadline = Date.now() + SECONDS.deletion * 1000; ; await sleep(50)) {
      const error = await this.sageMaker.send(new DeleteImageCommand({ ImageName })).then(() => undefined, (reason: Error) => reason);
      if (!error || error.name === 'ResourceNotFound') {
        return this.untilGone(ImageName);
      }
      if (error.name !== 'ResourceInUse' || Date.now() > deadline) {
        throw error;
      }
    }
  }

  /** Waits until the deletion of an image, or of one of its versions, is complete. */
  public async untilGone(ImageName: string, Version?: number): Promise<void> {
    const command = () => Version ? new DescribeImageVersionCommand({ ImageName, Version }) : new DescribeImageCommand({ ImageName });
    const deadline = Date.now() + SECONDS.deletion * 1000;
    while (await this.sageMaker.send(command() as DescribeImageCommand).catch(ignore('ResourceNotFound'))) {
      if (Date.now() > deadline) {
        throw new Error(`image '${ImageName}'${Version ? ` version ${Version}` : ''} was not deleted within ${SECONDS.deletion} s`);
      }
      await sleep(50);
    }
  }

  private async run(what: string, action: (toolkit: Toolkit) => Promise<unknown>): Promise<string> {
    const start = this.messages.length;
    try {
      await within(this.timeout, `cdk ${what}`, action(this.toolkit()));
    } catch (error) {
      this.messages.push(...reasons(error));
      throw new Error(`cdk ${what} failed:\n${this.messages.slice(start).join('\n')}`);
    }
    return this.messages.slice(start).join('\n');
  }

  /** Creates the toolkit on first use, because it reads the environment. */
  private toolkit(): Toolkit {
    if (!this.cdk) {
      const ioHost = new NonInteractiveIoHost({ isTTY: false, logLevel: 'info' });
      ioHost.notify = async ({ message, level }) => {
        if (!['debug', 'trace'].includes(level)) {
          this.messages.push(message);
        }
      };
      ioHost.requestResponse = async ({ message, defaultResponse }) => {
        this.messages.push(message);
        return typeof defaultResponse === 'boolean' ? true as typeof defaultResponse : defaultResponse;
      };
      this.cdk = new Toolkit({ ioHost, color: false, emojis: false });
    }
    return this.cdk;
  }
}

const ALL_STACKS = { stacks: { strategy: StackSelectionStrategy.ALL_STACKS } };

/** Synthesizes to the output folder of the toolkit. */
function source(toolkit: Toolkit, build: AppBuilder, contextFolder?: string): Promise<ICloudAssemblySource> {
  return toolkit.fromAssemblyBuilder(async ({ outdir, context }) => {
    const app = new App({ outdir, context, analyticsReporting: false, autoSynth: false });
    build(app);
    return app.synth();
  }, contextFolder === undefined ? {} : { contextStore: new CdkAppMultiContext(contextFolder) });
}

/** Returns the messages of an error and of all errors that it wraps. */
function reasons(error: unknown): string[] {
  if (error instanceof AggregateError) {
    return error.errors.flatMap(reasons);
  }
  return [`${error}`, ...error instanceof Error && error.cause ? reasons(error.cause) : []];
}

/** Rejects if a promise is not settled in time. */
async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${seconds} s`)), seconds * 1000);

  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
