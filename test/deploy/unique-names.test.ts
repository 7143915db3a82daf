import {
  CreateStackCommand, DeleteStackCommand, GetTemplateCommand, waitUntilStackCreateComplete, waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { ListAppImageConfigsCommand } from '@aws-sdk/client-sagemaker';
import { aws_iam as iam, CfnOutput, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder, Cloud } from './cloud';
import { createDomain, createExecutionRole, domainInService, EXECUTION_ROLE } from './domains';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios({
  settings: { enforce_iam: true, answer_seconds: 240 },
  prepare: async (cloud) => {
    await cloud.pushImages('torch', 'a', 'b');
    await createExecutionRole(cloud);
  },
});

/** A product that is launched several times. */
function product(tag: string, domainId: string): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Product', { env: ENVIRONMENT });
    const executionRole = iam.Role.fromRoleArn(stack, 'Execution', EXECUTION_ROLE);
    const { image } = new StudioImage(stack, 'Torch', {
      uniqueToStack: true,
      baseImage: torch(stack, tag),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain(domainId, { executionRole })],
    });
    new CfnOutput(stack, 'Name', { value: image.imageName });
  };
}

/** Launches the template of a stack again, as AWS Service Catalog does. */
async function launchAgain({ cloudFormation: client }: Cloud, template: string, StackName: string): Promise<void> {
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: template }));
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  await waitUntilStackCreateComplete({ client, minDelay: 1, maxDelay: 2, maxWaitTime: 120 }, { StackName });
}

/** Returns the entries of JupyterLab in a domain, as `<image> <number>`. */
async function entries(cloud: Cloud, domainId: string): Promise<string[]> {
  const { DefaultUserSettings: settings } = await domainInService(cloud.sageMaker, domainId);
  return (settings?.JupyterLabAppSettings?.CustomImages ?? []).map(({ ImageName, ImageVersionNumber }) => `${ImageName} ${ImageVersionNumber}`).sort();
}

scenario('one template is launched twice, updated and deleted, with names that are unique to each stack', async (cloud) => {
  const domain = await createDomain(cloud);
  await cloud.deploy(product('a', domain));
  await launchAgain(cloud, 'Product', 'again');

  const names = await Promise.all(['Product', 'again'].map(async (stack) => (await cloud.outputs(stack)).Name));
  const stacks = await cloud.stacks();
  const ends = ['Product', 'again'].map((name) => stacks.find(({ StackName }) => StackName === name)!.StackId!.split('/')[2].split('-')[0]);
  expect(names).toEqual(ends.map((end) => expect.stringMatching(new RegExp(`^product-torch-image-[0-9a-f]{8}-${end}$`))));
  expect((await cloud.images()).sort()).toEqual([...names].sort());
  const { AppImageConfigs = [] } = await cloud.sageMaker.send(new ListAppImageConfigsCommand({}));
  expect(AppImageConfigs.map(({ AppImageConfigName }) => AppImageConfigName).sort()).toEqual(
    [...ends].sort().map((end) => expect.stringMatching(new RegExp(`^product-torch-jupyterlab-[0-9a-f]{8}-${end}$`))));
  expect(await entries(cloud, domain)).toEqual(names.map((name) => `${name} 1`).sort());

  await cloud.deploy(product('b', domain));
  expect(await entries(cloud, domain)).toEqual([`${names[0]} 2`, `${names[1]} 1`].sort());
  await cloud.destroy(product('b', domain));
  expect([await entries(cloud, domain), await cloud.images()]).toEqual([[`${names[1]} 1`], [names[1]]]);
  await cloud.cloudFormation.send(new DeleteStackCommand({ StackName: 'again' }));
  await waitUntilStackDeleteComplete({ client: cloud.cloudFormation, minDelay: 1, maxDelay: 2, maxWaitTime: 120 }, { StackName: 'again' });
  expect([await entries(cloud, domain), await cloud.images()]).toEqual([[], []]);
});
