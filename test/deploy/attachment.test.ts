import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { torch } from './apps';
import { attached, attachmentScenarios, descriptionOf, domainWithTheirs, entriesOf, failing, othersOf, theirDomain, updateCalls } from './attachments';
import { AppBuilder, Cloud } from './cloud';
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
