import { IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeImageVersionCommand, ListDomainsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { attachmentScenarios, othersOf, theirDomain, updateCalls } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService } from './domains';
import { ENVIRONMENT } from './environment';

const scenario = attachmentScenarios();

/** The lists of a domain that images are attached to. */
const LISTS: Record<string, { app: StudioApp; target: (domainId: string) => StudioTarget }> = {
  'DefaultUserSettings JupyterLabAppSettings': { app: StudioApp.jupyterLab(), target: (id) => StudioTarget.existingDomain(id) },
  'DefaultUserSettings CodeEditorAppSettings': { app: StudioApp.codeEditor(), target: (id) => StudioTarget.existingDomain(id) },
  'DefaultSpaceSettings JupyterLabAppSettings': { app: StudioApp.jupyterLab(), target: (id) => StudioTarget.existingDomainSharedSpaces(id) },
};

/** A stack with one image for each entry `<image>:<tag>`, attached to its list. */
function manyImages(stackName: string, domain: string, lists: Record<string, string[]>): AppBuilder {
  return (app) => {
    const stack = new Stack(app, stackName, { env: ENVIRONMENT });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    for (const [list, images] of Object.entries(lists)) {
      for (const [imageName, tag] of images.map((image) => image.split(':'))) {
        const { app: studioApp, target } = LISTS[list];
        new StudioImage(stack, imageName, { imageName, role, baseImage: torch(stack, tag), app: studioApp, attachTo: [target(domain)] });
      }
    }
  };
}

/** Returns the entries of these lists, as `<image>:<number>`. */
async function listsOf(cloud: Cloud, domain: string): Promise<Record<string, string[]>> {
  const description: Record<string, any> = await domainInService(cloud.sageMaker, domain);
  return Object.fromEntries(Object.keys(LISTS).map((list) => {
    const [settings, apps] = list.split(' ');
    const { CustomImages = [] } = description[settings]?.[apps] ?? {};
    return [list, CustomImages.map(({ ImageName, ImageVersionNumber }: any) => `${ImageName}:${ImageVersionNumber}`)];
  }));
}

scenario('twelve images in three lists of a domain are attached, changed and detached with one UpdateDomain call per deployment', async (cloud) => {
  const domain = await theirDomain(cloud);
  const [jupyterLab, codeEditor, sharedSpaces] = Object.keys(LISTS);
  await cloud.deploy(manyImages('Theirs', domain, {
    [jupyterLab]: ['theirs-1:a'], [codeEditor]: ['theirs-2:a'], [sharedSpaces]: ['theirs-3:a'],
  }));
  const others = await othersOf(cloud, domain);
  const before = await listsOf(cloud, domain);
  expect(before).toEqual({ [jupyterLab]: ['theirs-1:1'], [codeEditor]: ['theirs-2:1'], [sharedSpaces]: ['theirs-3:1'] });

  /** Expects one `UpdateDomain` call during a step, and no other change of the domain. */
  const oneCall = async (step: Promise<unknown>) => {
    const calls = (await updateCalls(cloud)).length;
    await step;
    expect((await updateCalls(cloud)).length - calls).toBe(1);
    expect(await othersOf(cloud, domain)).toBe(others);
  };

  await oneCall(cloud.deploy(manyImages('Ours', domain, {
    [jupyterLab]: ['ours-01:a', 'ours-02:a', 'ours-03:a', 'ours-04:a', 'ours-05:a'],
    [codeEditor]: ['ours-06:a', 'ours-07:a', 'ours-08:a', 'ours-09:a'],
    [sharedSpaces]: ['ours-10:a', 'ours-11:a', 'ours-12:a'],
  })));
  expect(await listsOf(cloud, domain)).toEqual({
    [jupyterLab]: ['theirs-1:1', 'ours-01:1', 'ours-02:1', 'ours-03:1', 'ours-04:1', 'ours-05:1'],
    [codeEditor]: ['theirs-2:1', 'ours-06:1', 'ours-07:1', 'ours-08:1', 'ours-09:1'],
    [sharedSpaces]: ['theirs-3:1', 'ours-10:1', 'ours-11:1', 'ours-12:1'],
  });

  // Another version of ours-02, new images ours-13 and ours-14, and no ours-09.
  const changed = manyImages('Ours', domain, {
    [jupyterLab]: ['ours-01:a', 'ours-02:b', 'ours-03:a', 'ours-04:a', 'ours-05:a', 'ours-13:a'],
    [codeEditor]: ['ours-06:a', 'ours-07:a', 'ours-08:a'],
    [sharedSpaces]: ['ours-10:a', 'ours-11:a', 'ours-12:a', 'ours-14:a'],
  });
  await oneCall(cloud.deploy(changed));
  expect(await listsOf(cloud, domain)).toEqual({
    [jupyterLab]: ['theirs-1:1', 'ours-01:1', 'ours-02:2', 'ours-03:1', 'ours-04:1', 'ours-05:1', 'ours-13:1'],
    [codeEditor]: ['theirs-2:1', 'ours-06:1', 'ours-07:1', 'ours-08:1'],
    [sharedSpaces]: ['theirs-3:1', 'ours-10:1', 'ours-11:1', 'ours-12:1', 'ours-14:1'],
  });

  await oneCall(cloud.destroy(changed));
  expect(await listsOf(cloud, domain)).toEqual(before);
});

const IMAGES = 60;
const ROLE = 'analysts';

/** Names of 40 characters. */
const NAMES = [...Array(IMAGES).keys()].map((index) => `image-${index}-`.padEnd(40, 'x'));

/** A domain with these images, whose execution role can be assumed by the account. */
function ownedDomainWithManyImages(app: App): void {
  const stack = new Stack(app, 'Studio', { env: ENVIRONMENT });
  const role = new iam.Role(stack, 'ImageRole', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const executionRole = new iam.Role(stack, 'Execution', {
    roleName: ROLE, assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('sagemaker.amazonaws.com'), new iam.AccountRootPrincipal()),
  });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'ml', authMode: 'IAM', vpcId: 'vpc-1', subnetIds: ['subnet-1'], defaultUserSettings: { executionRole: executionRole.roleArn },
  });
  for (const imageName of NAMES) {
    new StudioImage(stack, imageName, {
      imageName, role, baseImage: torch(stack, 'a'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.domain(domain)],
    });
  }
}

scenario('an execution role is granted the use of 60 images within the IAM quotas', async (cloud) => {
  await cloud.set({ time_scale: 0.1 });
  await cloud.deploy(ownedDomainWithManyImages);
  const { Domains: [{ DomainId }] = [{}] } = await cloud.sageMaker.send(new ListDomainsCommand({}));
  const { Status, DefaultUserSettings: settings } = await domainInService(cloud.sageMaker, DomainId!);
  expect(Status).toBe('InService');
  expect(settings?.JupyterLabAppSettings?.CustomImages?.map(({ ImageName, ImageVersionNumber }) => `${ImageName}:${ImageVersionNumber}`).sort())
    .toEqual(NAMES.map((name) => `${name}:1`).sort());

  // Too many statements for the inline policies alone.
  const { AttachedPolicies: managed } = await cloud.client(IAMClient).send(new ListAttachedRolePoliciesCommand({ RoleName: ROLE }));
  expect(managed!.length).toBeGreaterThan(0);
  const { Credentials } = await cloud.client(STSClient).send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${ENVIRONMENT.account}:role/${ROLE}`, RoleSessionName: 'test',
  }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  const analyst = cloud.client(SageMakerClient, {
    credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! },
  });
  for (const ImageName of NAMES) {
    const { ImageVersionStatus } = await analyst.send(new DescribeImageVersionCommand({ ImageName, Version: 1 }));
    expect(ImageVersionStatus).toBe('CREATED');
  }
});
