import { UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { attachmentScenarios, entriesOf, theirDomain, updateCalls } from './attachments';
import { AppBuilder } from './cloud';
import { domainInService } from './domains';
import { ENVIRONMENT } from './environment';

const scenario = attachmentScenarios();

/** An image in the domain of a project, with the number of its version as output. */
function inProject(domain: string, refresh: string, tag = 'a'): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const { imageVersion } = new StudioImage(stack, 'Image', {
      imageName: 'ours',
      baseImage: torch(stack, tag),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain(domain, { unifiedStudio: true, refresh })],
    });
    new CfnOutput(stack, 'Version', { value: imageVersion.versionAsString });
  };
}

scenario('entries that an update of a project removed are attached again when refresh changes', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(inProject(domain, '1'));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);

  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [] } } }));
  await domainInService(cloud.sageMaker, domain);
  expect(await cloud.deploy(inProject(domain, '1'))).toContain('no changes');
  expect(await entriesOf(cloud, domain)).toEqual([]);

  await cloud.deploy(inProject(domain, '2'));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);

  const calls = await updateCalls(cloud);
  expect(calls).toHaveLength(2);
  // Nothing is missing, so nothing is written.
  await cloud.deploy(inProject(domain, '3'));
  expect(await updateCalls(cloud)).toEqual(calls);
  await cloud.destroy(inProject(domain, '3'));
  expect(await entriesOf(cloud, domain)).toEqual([]);
});

scenario('versionAsString is the number of the version in an output', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(inProject(domain, '1'));
  expect(await cloud.outputs('Ours')).toEqual({ Version: '1' });
  await cloud.deploy(inProject(domain, '1', 'b'));
  expect(await cloud.outputs('Ours')).toEqual({ Version: '2' });
});
