import { Stack } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { torch } from './apps';
import { attached, attachmentScenarios, domainWithTheirs, entriesOf, impossible, othersOf, theirDomain } from './attachments';
import { AppBuilder, Cloud } from './cloud';
import { domainInService } from './domains';
import { ENVIRONMENT } from './environment';

const APPS = 10;

const scenario = attachmentScenarios();

for (const mode of ['merge', 'replace']) {
  // A service that forgets what it is not sent has to be sent the execution role too, which takes the right to pass it.
  const knowsRole = mode === 'replace';

  /** Our app on a domain that has the entry of another app, and what has to be the same all the time. */
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

  scenario(`other entries and settings are the same after deployment, update and destruction (the service does ${mode})`, async (cloud) => {
    const { ours, expectEntries } = await besideTheirs(cloud);
    await cloud.deploy(ours('a'));
    await expectEntries('theirs:1', 'ours:1');
    await cloud.deploy(ours('b'));
    await expectEntries('theirs:1', 'ours:2');
    await cloud.destroy(ours('b'));
    await expectEntries('theirs:1');
  });

  scenario(`other entries and settings are the same after an update that is rolled back, and so is ours (the service does ${mode})`, async (cloud) => {
    const { ours, expectEntries } = await besideTheirs(cloud);
    await cloud.deploy(ours('a'));
    await cloud.failToDeploy(ours('b', impossible));
    await expectEntries('theirs:1', 'ours:1');
  });
}

// To CloudFormation it would be another resource: made first, where the entry is there already, and the former deleted after it.
scenario('a place that is called otherwise in the app, or stands elsewhere in it, keeps its entry', async (cloud) => {
  const domain = await theirDomain(cloud);
  const moving = (scopeId: string, id: string): AppBuilder => (root) => {
    const stack = new Stack(root, 'Ours', { env: ENVIRONMENT });
    const imageVersion = new Image(stack, 'Image', { imageName: 'ours' }).addVersion('V', { baseImage: torch(stack, 'a') });
    const appImageConfig = new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
    new StudioAttachment(new Construct(stack, scopeId), id, { imageVersion, appImageConfig, target: StudioTarget.existingDomain(domain) });
  };
  await cloud.deploy(moving('Domains', 'First'));
  const before = await domainInService(cloud.sageMaker, domain);
  await cloud.deploy(moving('Places', 'Domain'));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect((await domainInService(cloud.sageMaker, domain)).LastModifiedTime).toEqual(before.LastModifiedTime);
});

scenario('the first deployment leaves nothing in the domain when it rolls back', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  const before = await othersOf(cloud, domain);
  await cloud.failToDeploy(attached('Ours', [domain], 'a', impossible));
  expect(await othersOf(cloud, domain)).toBe(before);
});

scenario('ten apps attach to one domain at the same time, and all entries are there', async (cloud) => {
  await cloud.set({ custom_resource_timeout_seconds: 240, answer_seconds: 240 });
  const domain = await theirDomain(cloud);
  const apps = [...Array(APPS).keys()].map((index) => attached(`App${index}`, [domain]));
  await Promise.all(apps.map((one) => cloud.deploy(one)));
  expect((await entriesOf(cloud, domain)).sort()).toEqual([...Array(APPS).keys()].map((index) => `app${index}:1`));
});

scenario('a domain that is removed from a stack with two is detached before the permission for it goes', async (cloud) => {
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

scenario('the only domain of a stack is exchanged for another in one deployment, or comes back when that fails', async (cloud) => {
  const domains = [await domainWithTheirs(cloud), await domainWithTheirs(cloud, false, 'Others')];
  const [first, second] = domains;
  const entries = () => Promise.all(domains.map((domain) => entriesOf(cloud, domain)));
  const others = () => Promise.all(domains.map((domain) => othersOf(cloud, domain)));
  const before = await others();
  await cloud.deploy(attached('Ours', [first]));
  await cloud.failToDeploy(attached('Ours', [second], 'a', impossible));
  expect(await entries()).toEqual([['theirs:1', 'ours:1'], ['others:1']]);
  await cloud.deploy(attached('Ours', [second]));
  expect(await entries()).toEqual([['theirs:1'], ['others:1', 'ours:1']]);
  expect(await others()).toEqual(before);
});
