import { UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, ImageVersion, StudioApp, StudioAppType, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { torch } from './apps';
import { attached, attachmentScenarios, descriptionOf, domainWithTheirs, entriesOf, failing, othersOf, theirDomain, updateCalls } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService } from './domains';
import { ENVIRONMENT } from './environment';

const APPS = 10;

const scenario = attachmentScenarios();

for (const mode of ['merge', 'replace']) {
  // A service that drops omitted settings must also be sent the execution role, which requires the permission to pass it.
  const knowsRole = mode === 'replace';

  /** Creates a domain with an entry of another app, and returns our app and an assertion about the domain. */
  const besideTheirs = async (cloud: Cloud) => {
    await cloud.set({ update_domain: mode });
    const domain = await domainWithTheirs(cloud, knowsRole);
    const before = await othersOf(cloud, domain);
    expect(before).toContain('FutureSettings');
    return {
      ours: (tag: string, more?: (stack: Stack) => void) => attached('Ours', [domain], tag, more, knowsRole),
      expectEntries: async (...entries: string[]) => {
        expect(await entriesOf(cloud, domain)).toEqual(entries);
        expect(await othersOf(cloud, domain)).toBe(before);
      },
    };
  };

  scenario(`other entries and settings are the same after deployment, update and destruction (UpdateDomain uses '${mode}')`, async (cloud) => {
    const { ours, expectEntries } = await besideTheirs(cloud);
    await cloud.deploy(ours('a'));
    await expectEntries('theirs:1', 'ours:1');
    await cloud.deploy(ours('b'));
    await expectEntries('theirs:1', 'ours:2');
    await cloud.destroy(ours('b'));
    await expectEntries('theirs:1');
  });

  scenario(`all entries and settings are the same after an update that is rolled back (UpdateDomain uses '${mode}')`, async (cloud) => {
    const { ours, expectEntries } = await besideTheirs(cloud);
    await cloud.deploy(ours('a'));
    await cloud.failToDeploy(ours('b', failing));
    await expectEntries('theirs:1', 'ours:1');
  });
}

scenario('entries of another team with our image or our configuration stay byte for byte', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy((app) => {
    const stack = new Stack(app, 'Base', { env: ENVIRONMENT });
    ['theirs', 'ours', 'ours-2'].forEach((name) => new AppImageConfig(stack, name, { appImageConfigName: name, app: StudioApp.jupyterLab() }));
    for (const imageName of ['our-image', 'other']) {
      const image = new Image(stack, imageName, { imageName });
      ['a', 'b'].forEach((tag) => image.addVersion(tag, { baseImage: torch(stack, tag) }));
    }
  });
  const ours = (version: number): AppBuilder => (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const image = Image.fromImageName(stack, 'Image', 'our-image');
    new StudioAttachment(stack, 'Attachment', {
      imageVersion: ImageVersion.fromImageVersionAttributes(stack, 'Version', { image, version }),
      appImageConfig: AppImageConfig.fromAppImageConfigAttributes(stack, 'Config', { appImageConfigName: 'ours', appType: StudioAppType.JUPYTER_LAB }),
      target: StudioTarget.existingDomain(domain),
    });
  };
  const theirs = [
    { ImageName: 'our-image', AppImageConfigName: 'theirs', ImageVersionNumber: 1 },
    { ImageName: 'other', AppImageConfigName: 'ours', ImageVersionNumber: 1 },
    { ImageName: 'our-image', AppImageConfigName: 'ours-2', ImageVersionNumber: 2 },
  ];
  await cloud.sageMaker.send(new UpdateDomainCommand({
    DomainId: domain,
    DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: theirs } },
    DefaultSpaceSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'our-image', AppImageConfigName: 'ours', ImageVersionNumber: 1 }] } },
  }));
  await domainInService(cloud.sageMaker, domain);
  const before = await descriptionOf(cloud, domain);
  /** The description that has this entry of ours at the end of the list, and is else the same, apart from the time of the last change. */
  const expectOnly = async (entry?: string) => {
    const time = /"LastModifiedTime": ?[^,}]*/;
    const last = '{"ImageName": "our-image", "AppImageConfigName": "ours-2", "ImageVersionNumber": 2}';
    expect(before).toContain(`${last}]`);
    expect((await descriptionOf(cloud, domain)).replace(time, '')).toBe(before.replace(`${last}]`, `${last}${entry ? `, ${entry}` : ''}]`).replace(time, ''));
  };
  await cloud.deploy(ours(1));
  await expectOnly('{"ImageName": "our-image", "AppImageConfigName": "ours", "ImageVersionNumber": 1}');
  await cloud.deploy(ours(2));
  await expectOnly('{"ImageName": "our-image", "AppImageConfigName": "ours", "ImageVersionNumber": 2}');
  await cloud.destroy(ours(2));
  await expectOnly();
});

/** A stack that attaches images to one domain, in the given order and scopes. */
function twoAttachments(domain: string, attachments: [scopeId: string, id: string, imageName: string][]): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    for (const [scopeId, id, imageName] of attachments) {
      const image = stack.node.tryFindChild(imageName) as Image | undefined ?? new Image(stack, imageName, { imageName });
      const imageVersion = image.addVersion('V', { baseImage: torch(stack, 'a') });
      const scope = stack.node.tryFindChild(scopeId) as Construct | undefined ?? new Construct(stack, scopeId);
      new StudioAttachment(scope, id, { imageVersion, appImageConfig, target: StudioTarget.existingDomain(domain) });
    }
  };
}

// With a custom resource for each attachment, CloudFormation would create another one, which finds its entry in place, and then
// delete the former one together with the entry.
scenario('attachments with other ids and scopes, and in another order, do not call UpdateDomain', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(twoAttachments(domain, [['Domains', 'First', 'ours-1'], ['Domains', 'Second', 'ours-2']]));
  expect(await entriesOf(cloud, domain)).toEqual(['ours-1:1', 'ours-2:1']);
  const [before, calls] = [await descriptionOf(cloud, domain), await updateCalls(cloud)];
  const since = new Date();
  await cloud.deploy(twoAttachments(domain, [['Renamed', 'Second', 'ours-2'], ['Domains', 'Other', 'ours-1']]));
  expect((await cloud.events('Ours', since)).filter((event) => event.startsWith('StudioAttachments'))).toEqual([]);
  expect(await updateCalls(cloud)).toEqual(calls);
  // Includes the time of the last change.
  expect(await descriptionOf(cloud, domain)).toBe(before);
});

scenario('a resource that depends on an attachment is created after the entry is in the domain', async (cloud) => {
  const domainId = await theirDomain(cloud);
  await cloud.deploy(attached('Ours', [domainId], 'a', (stack) => {
    const { attachments: [attachment] } = stack.node.findChild('Image') as StudioImage;
    new sagemaker.CfnSpace(stack, 'Dependent', { domainId, spaceName: 'dependent' }).node.addDependency(attachment);
    // Without a dependency, a space is created earlier.
    new sagemaker.CfnSpace(stack, 'Independent', { domainId, spaceName: 'independent' });
  }));
  const events = await cloud.events('Ours');
  const order = [/^Independent CREATE_IN_PROGRESS/, /^StudioAttachments\w+ CREATE_COMPLETE/, /^Dependent CREATE_IN_PROGRESS/].map((pattern) =>
    events.findIndex((event) => pattern.test(event)));
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(order).not.toContain(-1);
  const calls = await cloud.control('log') as { time: number; operation: string }[];
  const creations = calls.filter(({ operation }) => operation === 'CreateSpace').map(({ time }) => time);
  expect(Math.max(...await updateCalls(cloud))).toBeLessThan(creations[1]);
  expect(await entriesOf(cloud, domainId)).toEqual(['ours:1']);
});

scenario('a first deployment that is rolled back does not change the domain', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const before = await othersOf(cloud, domain);
  await cloud.failToDeploy(attached('Ours', [domain], 'a', failing));
  expect(await othersOf(cloud, domain)).toBe(before);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('ten apps attach to one domain at the same time, and all entries are in the domain', async (cloud) => {
  await cloud.set({ custom_resource_timeout_seconds: 240, answer_seconds: 240 });
  const domain = await theirDomain(cloud);
  const apps = [...Array(APPS).keys()].map((index) => attached(`App${index}`, [domain]));
  await Promise.all(apps.map((one) => cloud.deploy(one)));
  expect((await entriesOf(cloud, domain)).sort()).toEqual([...Array(APPS).keys()].map((index) => `app${index}:1`));
});

scenario('an image is detached from a domain that is removed from the stack before the function loses its permission', async (cloud) => {
  const [first, second] = [await theirDomain(cloud), await theirDomain(cloud)];
  await cloud.deploy(attached('Ours', [first, second]));
  expect(await entriesOf(cloud, second)).toEqual(['ours:1']);
  const since = new Date();
  await cloud.deploy(attached('Ours', [first]));
  const deleted = (await cloud.events('Ours', since)).filter((event) => event.includes('DELETE_COMPLETE'));
  expect(deleted).toEqual([expect.stringContaining('StudioAttachments'), expect.stringContaining('Permissions')]);
  expect(await entriesOf(cloud, second)).toEqual([]);
  expect(await entriesOf(cloud, first)).toEqual(['ours:1']);
});

scenario('an image moves to another domain in one deployment, and stays in the former one if that deployment fails', async (cloud) => {
  const domains = [await domainWithTheirs(cloud), await domainWithTheirs(cloud, false, 'Others')];
  const [first, second] = domains;
  const entries = () => Promise.all(domains.map((domain) => entriesOf(cloud, domain)));
  const others = () => Promise.all(domains.map((domain) => othersOf(cloud, domain)));
  const before = await others();
  await cloud.deploy(attached('Ours', [first]));
  await cloud.failToDeploy(attached('Ours', [second], 'a', failing));
  expect(await entries()).toEqual([['theirs:1', 'ours:1'], ['others:1']]);
  await cloud.deploy(attached('Ours', [second]));
  expect(await entries()).toEqual([['theirs:1'], ['others:1', 'ours:1']]);
  expect(await others()).toEqual(before);
});
