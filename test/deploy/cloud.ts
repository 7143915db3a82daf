import { BootstrapEnvironments, ICloudAssemblySource, NonInteractiveIoHost, StackSelectionStrategy, Toolkit } from '@aws-cdk/toolkit-lib';
import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { App, AppProps } from 'aws-cdk-lib';
import { OfflineAws } from '../../emulator/offline-aws';
import { inventory, InventoryRow } from '../../scripts/demo/inventory';

/** What a test deploys: fills an app with stacks. */
export type AppBuilder = (app: App) => void;

/** How a deployment or a deletion ended. */
export interface Outcome {
  readonly ok: boolean;
  /** Everything that the toolkit said, failures at the end. */
  readonly output: string;
}

/**
 * A bootstrapped offline AWS, and the CDK toolkit working on it.
 *
 * One for each test file: jest runs a file in a process of its own, so that the environment can say where AWS is.
 */
export class Cloud {
  /** Starts one; the settings are those of the emulator. */
  public static async start(settings: Record<string, string | number | boolean> = {}): Promise<Cloud> {
    const aws = await OfflineAws.start({ settings, log: () => undefined });
    const cloud = new Cloud(aws);
    try {
      const { ok, output } = await cloud.run((toolkit) =>
        toolkit.bootstrap(BootstrapEnvironments.fromList(['aws://123456789012/us-east-1'])));
      if (!ok) {
        throw new Error(`bootstrap failed:\n${output}`);
      }
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  public readonly sageMaker: SageMakerClient;
  public readonly cloudFormation: CloudFormationClient;
  public readonly ecr: ECRClient;
  private readonly environment = { ...process.env };

  private constructor(public readonly aws: OfflineAws) {
    // The toolkit reads where AWS is from the environment of its process.
    Object.assign(process.env, aws.env);
    const config = { endpoint: aws.endpoint, region: 'us-east-1' };
    this.sageMaker = new SageMakerClient(config);
    this.cloudFormation = new CloudFormationClient(config);
    this.ecr = new ECRClient(config);
  }

  /** Deploys all stacks of an app. */
  public deploy(build: AppBuilder): Promise<Outcome> {
    return this.run(async (toolkit) => toolkit.deploy(await source(toolkit, build), { stacks: { strategy: StackSelectionStrategy.ALL_STACKS } }));
  }

  /** Deletes all stacks of an app. */
  public destroy(build: AppBuilder): Promise<Outcome> {
    return this.run(async (toolkit) => toolkit.destroy(await source(toolkit, build), { stacks: { strategy: StackSelectionStrategy.ALL_STACKS } }));
  }

  /** Puts container images into a repository, as a build would have pushed them. */
  public async pushImages(repositoryName: string, ...tags: string[]): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName })).catch(ignore('RepositoryAlreadyExistsException'));
    for (const imageTag of tags) {
      await this.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: manifest(imageTag) }));
    }
  }

  /** All image versions that exist. */
  public versions(): Promise<InventoryRow[]> {
    return inventory(this.sageMaker);
  }

  /** The state of a stack, `undefined` if there is none. */
  public async stackStatus(stackName: string): Promise<string | undefined> {
    const answer = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })).catch(ignore('ValidationError'));
    return answer?.Stacks?.[0]?.StackStatus;
  }

  /** The outputs of a stack. */
  public async outputs(stackName: string): Promise<Record<string, string>> {
    const { Stacks = [] } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    return Object.fromEntries((Stacks[0].Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
  }

  /** The events of a stack, oldest first: `<logical id> <status> <reason>`. */
  public async events(stackName: string): Promise<string[]> {
    const { StackEvents = [] } = await this.cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
    return StackEvents.reverse().map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason = '' }) =>
      `${LogicalResourceId} ${ResourceStatus} ${ResourceStatusReason}`.trim());
  }

  /** Changes settings of the emulator. */
  public async set(settings: Record<string, string | number | boolean>): Promise<void> {
    await this.control('settings', settings);
  }

  /** Calls a control endpoint of the emulator. */
  public async control(name: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.aws.endpoint}/offline-aws/${name}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) {
      throw new Error(`/offline-aws/${name} answered ${response.status}: ${await response.text()}`);
    }
    return response.json();
  }

  /** Ends everything that was started. */
  public async stop(): Promise<void> {
    [this.sageMaker, this.cloudFormation, this.ecr].forEach((client) => client.destroy());
    process.env = this.environment;
    await this.aws.stop();
  }

  private async run(action: (toolkit: Toolkit) => Promise<unknown>): Promise<Outcome> {
    const lines: string[] = [];
    const ioHost = new NonInteractiveIoHost({ isTTY: false, logLevel: 'info' });
    ioHost.notify = async ({ message }) => { lines.push(message); };
    ioHost.requestResponse = async ({ message, defaultResponse }) => {
      lines.push(message);
      return typeof defaultResponse === 'boolean' ? true as typeof defaultResponse : defaultResponse;
    };
    try {
      await action(new Toolkit({ ioHost, color: false, emojis: false }));
      return { ok: true, output: lines.join('\n') };
    } catch (error) {
      const reasons = error instanceof AggregateError ? error.errors : [error];
      return { ok: false, output: [...lines, ...reasons.map(String)].join('\n') };
    }
  }
}

/** Synthesises into the folder that the toolkit chose. */
function source(toolkit: Toolkit, build: AppBuilder): Promise<ICloudAssemblySource> {
  return toolkit.fromAssemblyBuilder(async ({ outdir, context }) => {
    const props: AppProps = { outdir, context: { ...context, 'aws:cdk:disable-version-check': true }, analyticsReporting: false };
    const app = new App(props);
    build(app);
    return app.synth();
  });
}

/** For `catch`: takes an error of this name as no answer. */
function ignore(name: string): (error: Error) => undefined {
  return (error) => {
    if (error.name !== name) {
      throw error;
    }
    return undefined;
  };
}

/** A manifest as a registry keeps it; the tag makes each one different. */
function manifest(tag: string): string {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 100, digest: digest('a') },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 1000, digest: digest('b') }],
    annotations: { 'org.opencontainers.image.version': tag },
  });
}
