import { DeleteAppImageConfigCommand, DeleteDomainCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { App, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, ImageVersion, StudioApp, StudioAppType, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { attached, attachmentScenarios, descriptionOf, domainWithTheirs, entriesOf, theirDomain } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService, rawCall } from './domains';
import { ENVIRONMENT } from './environment';

const scenario = attachmentScenarios();

/** Returns the operations of functions of this library that were throttled. */
async function throttledCalls(cloud: Cloud): Promise<string[]> {
  const calls = await cloud.control('log') as { principal: string | null; operation: string; outcome: string }[];
  return calls.filter(({ outcome, principal }) => outcome === 'ThrottlingException' && principal?.includes('SageMakerImages')).map(({ operation }) => operation);
}

scenario('an attachment waits until a busy domain is in service', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.set({ domain_seconds: 20 });
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { SecurityGroups: ['sg-3'] } }));
  await cloud.set({ domain_seconds: 0.2 });
  await cloud.deploy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect((await domainInService(cloud.sageMaker, domain)).DefaultUserSettings?.SecurityGroups).toEqual(['sg-3']);
});

scenario('throttled calls are repeated when an image is attached, changed and detached', async (cloud) => {
  const domain = await theirDomain(cloud);
  const THROTTLED = 2;
  const throttled = async (step: () => Promise<unknown>) => {
    for (const operation of ['DescribeDomain', 'UpdateDomain']) {
      await cloud.fault('throttle', { service: 'sagemaker', operation, principal: '*SageMakerImages*', calls: THROTTLED });
    }
    const before = (await throttledCalls(cloud)).length;
    await step();
    expect((await throttledCalls(cloud)).slice(before).sort()).toEqual(
      [...Array(THROTTLED).fill('DescribeDomain'), ...Array(THROTTLED).fill('UpdateDomain')]);
  };
  await throttled(() => cloud.deploy(attached('Ours', [domain])));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  await throttled(() => cloud.deploy(attached('Ours', [domain], 'b')));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:2']);
  await throttled(() => cloud.destroy(attached('Ours', [domain], 'b')));
  expect(await entriesOf(cloud, domain)).toEqual([]);
});

// CloudFormation gets no response from a process that is killed. Lambda retries the event, when the domain is already changed.
scenario('after a process is killed between writing and verifying, the retry of Lambda completes the attachment', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await cloud.fault('kill', { service: 'sagemaker', operation: 'UpdateDomain', principal: '*SageMakerImagesRole*', when: 'after' });
  await cloud.deploy(attached('Ours', [domain]));
  expect(await cloud.control('faults')).toMatchObject([{ kind: 'kill', seen: 1 }]);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await cloud.destroy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('a stack can be destroyed after its entry was removed manually', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await cloud.deploy(attached('Ours', [domain]));
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, domain);
  const CustomImages = DefaultUserSettings!.JupyterLabAppSettings!.CustomImages!.filter(({ ImageName }) => ImageName !== 'ours');
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } }));
  await cloud.destroy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('a stack can be destroyed after its domain was deleted manually', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(attached('Ours', [domain]));
  await cloud.sageMaker.send(new DeleteDomainCommand({ DomainId: domain }));
  await cloud.destroy(attached('Ours', [domain]));
  expect(await cloud.stackStatus('Ours')).toBeUndefined();
});

/** Attaches an image of another team to the Code Editor of a domain, and then deletes its configuration. */
async function breakTheirs(cloud: Cloud, domain: string): Promise<void> {
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Theirs', { env: ENVIRONMENT });
    new Image(stack, 'Image', { imageName: 'theirs' }).addVersion('V', { baseImage: torch(stack, 'a') });
    new AppImageConfig(stack, 'Config', { appImageConfigName: 'gone', app: StudioApp.codeEditor() });
  });
  const CustomImages = [{ ImageName: 'theirs', AppImageConfigName: 'gone', ImageVersionNumber: 1 }];
  await rawCall(cloud, 'UpdateDomain', {
    DomainId: domain,
    DefaultUserSettings: {
      ...JSON.parse(await descriptionOf(cloud, domain)).DefaultUserSettings, CodeEditorAppSettings: { CustomImages },
    },
  });
  await domainInService(cloud.sageMaker, domain);
  await cloud.sageMaker.send(new DeleteAppImageConfigCommand({ AppImageConfigName: 'gone' }));
}

/** The description of a domain without what shows that an update failed. */
async function settingsOf(cloud: Cloud, domain: string): Promise<object> {
  const { Status, FailureReason, LastModifiedTime, ...rest } = JSON.parse(await descriptionOf(cloud, domain));
  return rest;
}

for (const [update_domain, bad_custom_image] of [['merge', 'fail'], ['replace', 'fail'], ['replace', 'refuse']]) {
  scenario(`a broken entry of another team is not lost when an attachment fails because of it (${update_domain}, ${bad_custom_image})`, async (cloud) => {
    await cloud.set({ update_domain, bad_custom_image });
    const domain = await theirDomain(cloud);
    await breakTheirs(cloud, domain);
    const before = await settingsOf(cloud, domain);
    expect(await cloud.failToDeploy(attached('Ours', [domain], 'a', undefined, true)))
      .toMatch(/AppImageConfig \[gone\] does not exist.*deploy without executionRole in the options of this target/s);
    expect(await settingsOf(cloud, domain)).toEqual(before);
    expect(JSON.stringify(before)).toContain('"gone"');
  });
}

scenario('if SageMaker refuses settings of others, an image is attached without sending them', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const before = await settingsOf(cloud, domain) as any;
  const { CustomImages: theirs } = before.DefaultUserSettings.JupyterLabAppSettings;
  await cloud.fault('error', { service: 'sagemaker', operation: 'UpdateDomain', times: 2, code: 'ValidationException', message: 'AppImageConfig [gone] does not exist.' });
  await cloud.deploy(attached('Ours', [domain]));
  const [{ AppImageConfigName }] = JSON.parse(await descriptionOf(cloud, domain)).DefaultUserSettings.JupyterLabAppSettings.CustomImages.slice(-1);
  before.DefaultUserSettings.JupyterLabAppSettings.CustomImages = [...theirs, { ImageName: 'ours', AppImageConfigName, ImageVersionNumber: 1 }];
  expect(await settingsOf(cloud, domain)).toEqual(before);
  const writes = JSON.stringify(await cloud.control('lambda-log')).match(/writing[^\]]*\]/g)!.slice(-3);
  expect(writes.map((line) => line.includes('SecurityGroups'))).toEqual([true, true, false]);
  expect(writes[2]).toContain('DefaultUserSettings.JupyterLabAppSettings');
});

scenario('an attachment to a domain that does not exist fails with an error that names the domain', async (cloud) => {
  expect(await cloud.failToDeploy(attached('Ours', ['d-nosuchdomain0']))).toMatch(/attaching image 'ours' .* of domain 'd-nosuchdomain0' failed: .* does not exist .* nothing was changed; .*\. See https:.*#the-domain-does-not-exist/);
});

const IMAGES = ['ours', 'shared-1', 'shared-2'];

/** Images, each with two versions and a configuration of the same name. */
function imagesWithTwoVersions(app: App): void {
  const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
  for (const name of IMAGES) {
    const image = new Image(stack, name, { imageName: name });
    ['a', 'b'].forEach((tag) => image.addVersion(tag, { baseImage: torch(stack, tag) }));
    new AppImageConfig(stack, `${name}-config`, { appImageConfigName: name, app: StudioApp.jupyterLab() });
  }
}

/** Imports versions of these images and attaches them to a domain. */
function importsAttached(domain: string, versions: Record<string, number>): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    for (const [imageName, version] of Object.entries(versions)) {
      const image = Image.fromImageName(stack, imageName, imageName);
      new StudioAttachment(stack, `${imageName}-attachment`, {
        imageVersion: ImageVersion.fromImageVersionAttributes(stack, `${imageName}-version`, { image, version }),
        appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, `${imageName}-config`, { appImageConfigName: imageName, appType: StudioAppType.JUPYTER_LAB }),
        target: StudioTarget.existingDomain(domain),
      });
    }
  };
}

scenario('a deployment that conflicts with two entries of another team names both and does not change the domain', async (cloud) => {
  await cloud.deploy(imagesWithTwoVersions);
  const domain = await theirDomain(cloud);
  const CustomImages = ['shared-1', 'shared-2'].map((name) => ({ ImageName: name, AppImageConfigName: name, ImageVersionNumber: 1 }));
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } }));
  const conflicting = { 'ours': 1, 'shared-1': 2, 'shared-2': 2 };
  const names = /2 images.*'shared-1' with 'shared-1' \(found 1, \w+ 2\), 'shared-2' with 'shared-2' \(found 1, \w+ 2\)/;

  const before = await descriptionOf(cloud, domain);
  expect(await cloud.failToDeploy(importsAttached(domain, conflicting))).toMatch(names);
  expect(await cloud.stackStatus('Ours')).toBe('ROLLBACK_COMPLETE');
  // Includes the time of the last change.
  expect(await descriptionOf(cloud, domain)).toBe(before);

  await cloud.deploy(importsAttached(domain, { ours: 1 }));
  expect(await entriesOf(cloud, domain)).toEqual(['shared-1:1', 'shared-2:1', 'ours:1']);
  const attachedOurs = await descriptionOf(cloud, domain);
  expect(await cloud.failToDeploy(importsAttached(domain, conflicting))).toMatch(names);
  expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await descriptionOf(cloud, domain)).toBe(attachedOurs);

  await cloud.destroy(importsAttached(domain, { ours: 1 }));
  expect(await entriesOf(cloud, domain)).toEqual(['shared-1:1', 'shared-2:1']);
});
