import { App, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService, EXECUTION_ROLE, grantDescribe, rawCall } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

/** Scenarios of attachments to existing domains. */
export function attachmentScenarios(): ReturnType<typeof scenarios> {
  return scenarios({
    settings: { enforce_iam: true },
    prepare: async (cloud) => {
      await cloud.pushImages('torch', 'a', 'b');
      await createExecutionRole(cloud);
      await grantDescribe(cloud);
      await cloud.control('new-members', { UserSettings: ['FutureSettings'] });
    },
  });
}

/** Creates a domain of another team, with several settings, one of which the SDK does not know. */
export async function theirDomain(cloud: Cloud): Promise<string> {
  const DomainId = await createDomain(cloud, {
    SecurityGroups: ['sg-2', 'sg-1'],
    SharingSettings: { NotebookOutputOption: 'Disabled' },
    JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: 'https://example.com/theirs' }] },
    CodeEditorAppSettings: { LifecycleConfigArns: [] },
  });
  await rawCall(cloud, 'UpdateDomain', { DomainId, DefaultUserSettings: { FutureSettings: { Depth: 3, Flags: [{ Name: 'a' }, null, 1.5] } } });
  await domainInService(cloud.sageMaker, DomainId);
  return DomainId;
}

/** Creates a domain of another team, to which another app attaches an image. */
export async function domainWithTheirs(cloud: Cloud, knowsRole = false, name = 'Theirs'): Promise<string> {
  const domain = await theirDomain(cloud);
  await cloud.deploy(attached(name, [domain], 'a', undefined, knowsRole));
  return domain;
}

/** Returns the description of a domain as raw JSON. */
export async function descriptionOf(cloud: Cloud, DomainId: string): Promise<string> {
  await domainInService(cloud.sageMaker, DomainId);
  return rawCall(cloud, 'DescribeDomain', { DomainId });
}

/** Returns the description of a domain as raw JSON, without the time of its last change and the entries of images named `ours…`. */
export async function othersOf(cloud: Cloud, domainId: string): Promise<string> {
  const text = await descriptionOf(cloud, domainId);
  return text.replace(/"LastModifiedTime": ?[^,}]*/, '').replace(/(, ?)?\{[^{}]*"ImageName": ?"ours[^"]*"[^{}]*\}/g, '');
}

/** Returns the entries for JupyterLab in the default user settings of a domain, as `<image>:<number>`. */
export async function entriesOf(cloud: Cloud, id: string): Promise<string[]> {
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, id);
  return (DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName}:${ImageVersionNumber}`);
}

/** Returns the times of all `UpdateDomain` calls by functions of this library, including failed ones, in epoch seconds. */
export async function updateCalls(cloud: Cloud): Promise<number[]> {
  const calls = await cloud.control('log') as { time: number; operation: string; principal: string | null }[];
  return calls.filter(({ operation, principal }) => operation === 'UpdateDomain' && principal?.includes('SageMakerImages')).map(({ time }) => time);
}

/** A stack with an image that is named like the stack in lower case, and that is attached to these domains. */
export function attached(name: string, domainIds: string[], tag = 'a', more: (stack: Stack) => void = () => undefined, knowsRole = false): AppBuilder {
  return (root: App) => {
    const stack = new Stack(root, name, { env: ENVIRONMENT });
    const executionRole = knowsRole ? iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE) : undefined;
    new StudioImage(stack, 'Image', {
      imageName: name.toLowerCase(),
      baseImage: torch(stack, tag),
      app: StudioApp.jupyterLab(),
      attachTo: domainIds.map((id) => StudioTarget.existingDomain(id, { executionRole })),
    });
    more(stack);
  };
}

/** Adds a resource that makes the deployment of a stack fail after its image is attached. */
export function failing(stack: Stack): void {
  const broken = new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
  broken.node.addDependency(stack.node.findChild('Image'));
}
