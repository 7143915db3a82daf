import { setTimeout as sleep } from 'timers/promises';
import { BootstrapEnvironments, ICloudAssemblySource, NonInteractiveIoHost, StackSelectionStrategy, Toolkit } from '@aws-cdk/toolkit-lib';
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
/** Longer than this nothing takes that works, on a slow machine. */
const SECONDS = { deployment: 120, call: 60, deletion: 60 };

/** What a test deploys: fills an app with stacks. */
export type AppBuilder = (app: App) => void;

/** Switches of the emulator. */
export type Settings = Record<string, string | number | boolean>;

/** A bootstrapped offline AWS, and the CDK toolkit working on it. */
export class Cloud {
  /** Starts one; the settings are those of the emulator. A command of the toolkit fails after `timeout` seconds. */
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

  public readonly sageMaker: SageMakerClient;
  public readonly cloudFormation: CloudFormationClient;
  public readonly ecr: ECRClient;
  private readonly clients: { destroy(): void }[] = [];
  private readonly environment = { ...process.env };
  private readonly said: string[] = [];
  private cdk?: Toolkit;

  private constructor(public readonly aws: OfflineAws, private readonly timeout: number) {
    // The toolkit reads where AWS is from the environment of its process; jest gives each test file its own.
    Object.assign(process.env, aws.env);
    this.sageMaker = this.client(SageMakerClient);
    this.cloudFormation = this.client(CloudFormationClient);
    this.ecr = this.client(ECRClient);
  }

  /** A client for this AWS; with options, for another account, Region or principal. */
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

  /** Adds to the environment in which the toolkit works. */
  public addEnvironment(variables: Record<string, string>): void {
    Object.assign(process.env, variables);
  }

  /** Synthesises an app; what the toolkit said. */
  public synth(build: AppBuilder): Promise<string> {
    return this.run('synth', async (toolkit) => toolkit.synth(await source(toolkit, build), { ...ALL_STACKS, validateStacks: true }));
  }

  /** Deploys all stacks of an app, on demand under a role of the user's own; what the toolkit said. */
  public deploy(build: AppBuilder, roleArn?: string): Promise<string> {
    return this.run('deploy', async (toolkit) => toolkit.deploy(await source(toolkit, build), { ...ALL_STACKS, roleArn }));
  }

  /** Deploys all stacks of an app, which has to fail; what the toolkit said and the reason. */
  public async failToDeploy(build: AppBuilder, roleArn?: string): Promise<string> {
    const reason = await this.deploy(build, roleArn).then(() => undefined, (error: Error) => error.message);
    if (reason === undefined) {
      throw new Error('the deployment succeeded and should have failed');
    }
    return reason;
  }

  /** Deletes all stacks of an app; what the toolkit said. */
  public destroy(build: AppBuilder, roleArn?: string): Promise<string> {
    return this.run('destroy', async (toolkit) => toolkit.destroy(await source(toolkit, build), { ...ALL_STACKS, roleArn }));
  }

  /** Puts container images into a repository, as a build would have pushed them. */
  public async pushImages(repositoryName: string, ...tags: string[]): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName })).catch(ignore('RepositoryAlreadyExistsException'));
    for (const imageTag of tags) {
      await this.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: containerManifest(imageTag) }));
    }
  }

  /** All image versions that exist. */
  public versions(): Promise<InventoryRow[]> {
    return inventory(this.sageMaker);
  }

  /** All image versions that exist, in short: `torch 2 CREATED stable,tested`. */
  public async shortVersions(): Promise<string[]> {
    return (await this.versions()).map(({ image, version, status, aliases }) => `${image} ${version} ${status} ${aliases.join()}`.trim());
  }

  /** The name of an image that Studio shows. */
  public async displayName(ImageName: string): Promise<string | undefined> {
    return (await this.sageMaker.send(new DescribeImageCommand({ ImageName }))).DisplayName;
  }

  /** The names of all images that exist. */
  public images(): Promise<string[]> {
    return imageNames(this.sageMaker);
  }

  /** The state of a stack, `undefined` if there is none. */
  public async stackStatus(stackName: string): Promise<string | undefined> {
    return (await this.stacks()).find((stack) => stack.StackName === stackName)?.StackStatus;
  }

  /** The outputs of a stack. */
  public async outputs(stackName: string): Promise<Record<string, string>> {
    const { Stacks = [] } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return Object.fromEntries((Stacks[0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  }

  /** The events of a stack, oldest first: `<logical id> <status> <reason>`. */
  public async events(stack: string, since = new Date(0)): Promise<string[]> {
    const events: string[] = [];
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client: this.cloudFormation }, { StackName: stack })) {
      events.push(...StackEvents.filter(({ Timestamp }) => Timestamp! >= since).map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason = '' }) =>
        `${LogicalResourceId} ${ResourceStatus} ${ResourceStatusReason}`.trim()));
    }
    return events.reverse();
  }

  /** All stacks but that of the bootstrap, newest first; on demand those too that are deleted. */
  public async stacks({ deleted = false } = {}): Promise<StackSummary[]> {
    const stacks: StackSummary[] = [];
    for await (const { StackSummaries = [] } of paginateListStacks({ client: this.cloudFormation }, {})) {
      stacks.push(...StackSummaries.filter(({ StackName, StackStatus }) =>
        StackName !== BOOTSTRAP_STACK && (deleted || StackStatus !== 'DELETE_COMPLETE')));
    }
    return stacks.sort((a, b) => b.CreationTime!.getTime() - a.CreationTime!.getTime());
  }

  /** Changes settings of the emulator; what they were before. */
  public async set(settings: Settings): Promise<Settings> {
    const before = await this.control('settings') as Settings;
    await this.control('settings', settings);
    return before;
  }

  /** Calls a control endpoint of the emulator. */
  public async control(name: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.aws.endpoint}/offline-aws/${name}`, {
      ...body ? { method: 'POST', body: JSON.stringify(body) } : {},
      signal: AbortSignal.timeout(SECONDS.call * 1000),
    });
    if (!response.ok) {
      throw new Error(`/offline-aws/${name} answered ${response.status}: ${await response.text()}`);
    }
    return response.json();
  }

  /** Orders a failure, see emulator/README.md; it is cancelled when the scenario ends. */
  public async fault(kind: 'error' | 'throttle' | 'kill' | 'version' | 'slow', order: object): Promise<void> {
    await this.control(`faults/${kind}`, order);
  }

  /** Deletes what a test left. Domains and images first: nothing is attached then any more, and no versions collide. */
  public async clear(): Promise<void> {
    await fetch(`${this.aws.endpoint}/offline-aws/faults`, { method: 'DELETE', signal: AbortSignal.timeout(SECONDS.call * 1000) });
    await deleteDomains(this.sageMaker);
    for (const ImageName of await this.images()) {
      await this.sageMaker.send(new DeleteImageCommand({ ImageName })).catch(ignore('ResourceNotFound'));
      await this.untilGone(ImageName);
    }
    for (const { StackName } of await this.stacks()) {
      await this.cloudFormation.send(new DeleteStackCommand({ StackName }));
    }
    const left = (await this.stacks()).map(({ StackName, StackStatus }) => `${StackName} (${StackStatus})`);
    if (left.length > 0) {
      throw new Error(`what a test left cannot be deleted: ${left.join(', ')}`);
    }
  }

  /** What the toolkit said since the last time that this was asked. */
  public takeToolkitOutput(): string {
    return this.said.splice(0).join('\n');
  }

  /** Ends everything that was started. */
  public async stop(): Promise<void> {
    this.clients.forEach((client) => client.destroy());
    process.env = this.environment;
    await this.aws.stop();
  }

  /** Waits until an image, or one version of it, that is being deleted no longer exists. */
  public async untilGone(ImageName: string, Version?: number): Promise<void> {
    const command = () => Version ? new DescribeImageVersionCommand({ ImageName, Version }) : new DescribeImageCommand({ ImageName });
    const deadline = Date.now() + SECONDS.deletion * 1000;
    while (await this.sageMaker.send(command() as DescribeImageCommand).catch(ignore('ResourceNotFound'))) {
      if (Date.now() > deadline) {
        throw new Error(`image '${ImageName}'${Version ? ` version ${Version}` : ''} was not gone after ${SECONDS.deletion} s`);
      }
      await sleep(50);
    }
  }

  private async run(what: string, action: (toolkit: Toolkit) => Promise<unknown>): Promise<string> {
    const start = this.said.length;
    try {
      await within(this.timeout, `cdk ${what}`, action(this.toolkit()));
    } catch (error) {
      this.said.push(...reasons(error));
      throw new Error(`cdk ${what} failed:\n${this.said.slice(start).join('\n')}`);
    }
    return this.said.slice(start).join('\n');
  }

  /** Made late: it reads the environment. */
  private toolkit(): Toolkit {
    if (!this.cdk) {
      const ioHost = new NonInteractiveIoHost({ isTTY: false, logLevel: 'info' });
      ioHost.notify = async ({ message, level }) => {
        if (!['debug', 'trace'].includes(level)) {
          this.said.push(message);
        }
      };
      ioHost.requestResponse = async ({ message, defaultResponse }) => {
        this.said.push(message);
        return typeof defaultResponse === 'boolean' ? true as typeof defaultResponse : defaultResponse;
      };
      this.cdk = new Toolkit({ ioHost, color: false, emojis: false });
    }
    return this.cdk;
  }
}

const ALL_STACKS = { stacks: { strategy: StackSelectionStrategy.ALL_STACKS } };

/** Synthesises into the folder that the toolkit chose. */
function source(toolkit: Toolkit, build: AppBuilder): Promise<ICloudAssemblySource> {
  return toolkit.fromAssemblyBuilder(async ({ outdir, context }) => {
    const app = new App({ outdir, context, analyticsReporting: false, autoSynth: false });
    build(app);
    return app.synth();
  });
}

/** What the toolkit wraps, too. */
function reasons(error: unknown): string[] {
  if (error instanceof AggregateError) {
    return error.errors.flatMap(reasons);
  }
  return [`${error}`, ...error instanceof Error && error.cause ? reasons(error.cause) : []];
}

/** Rejects if something takes too long. */
async function within<T>(seconds: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
