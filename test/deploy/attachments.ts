import { App, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { allowDescribing, createDomain, createExecutionRole, domainInService, EXECUTION_ROLE, rawCall } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

/** Scenarios of attachments to domains that exist already. */
export function attachmentScenarios(): ReturnType<typeof scenarios> {
  return scenarios({
    settings: { enforce_iam: true },
    prepare: async (cloud) => {
      await cloud.pushImages('torch', 'a', 'b');
      await createExecutionRole(cloud);
      await allowDescribing(cloud);
      await cloud.control('new-members', { UserSettings: ['FutureSettings'] });
    },
  });
}

/** A domain of somebody else, with settings of its own, one of which the SDK does not know. */
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

/** A domain of somebody else with the entry of another app. */
export async function domainWithTheirs(cloud: Cloud, knowsRole = false, name = 'Theirs'): Promise<string> {
  const domain = await theirDomain(cloud);
  await cloud.deploy(attached(name, [domain], 'a', undefined, knowsRole));
  return domain;
}

/** Everything that a domain says about itself, letter by letter, but its times and the entry of the image `ours`. */
export async function othersOf(cloud: Cloud, DomainId: string): Promise<string> {
  await domainInService(cloud.sageMaker, DomainId);
  const text = await rawCall(cloud, 'DescribeDomain', { DomainId });
  return text.replace(/"LastModifiedTime": ?[^,}]*/, '').replace(/(, ?)?\{[^{}]*"ImageName": ?"ours"[^{}]*\}/, '');
}

/** The entries for JupyterLab, as `<image>:<number>`. */
export async function entriesOf(cloud: Cloud, id: string): Promise<string[]> {
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, id);
  return (DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName}:${ImageVersionNumber}`);
}

/** A stack whose image, of the stack's name in lower case, is attached to these domains. */
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

/** What no stack can do. */
export function impossible(stack: Stack): void {
  const broken = new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' });
  broken.node.addDependency(stack.node.findChild('Image'));
}
