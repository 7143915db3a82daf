import { setTimeout as sleep } from 'timers/promises';
import { ContinueUpdateRollbackCommand, DescribeStackResourcesCommand, waitUntilStackRollbackComplete } from '@aws-sdk/client-cloudformation';
import { DeletePolicyCommand, DetachRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { CreateAppCommand, CreateUserProfileCommand, DeleteAppCommand, DescribeAppCommand, ListDomainsCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { newDomain, torch } from './apps';
import { attachmentScenarios, domainWithTheirs, entriesOf, failing, theirDomain } from './attachments';
import type { AppBuilder, Cloud } from './cloud';
import { domainInService, EXECUTION_ROLE, settled } from './domains';
import { ENVIRONMENT, ignore } from './environment';
import { used } from './permissions';

// AWS says that all apps of a domain must be deleted before its images change. Others saw that it is not necessary.
const scenario = attachmentScenarios();

const APP = { UserProfileName: 'ann', AppType: 'JupyterLab', AppName: 'default' } as const;
const REFUSED = /Unable to update Domain \[\S+\] with InService App/;
const NAMED = "1 app is running: JupyterLab 'default' of user profile 'ann'";

async function addUser({ sageMaker }: Cloud, DomainId: string): Promise<void> {
  await sageMaker.send(new CreateUserProfileCommand({ DomainId, UserProfileName: 'ann', UserSettings: { ExecutionRole: EXECUTION_ROLE } }));
}

async function startApp({ sageMaker }: Cloud, DomainId: string): Promise<void> {
  await sageMaker.send(new CreateAppCommand({ DomainId, ...APP }));
  await settled(() => sageMaker.send(new DescribeAppCommand({ DomainId, ...APP })));
}

async function stopApp({ sageMaker }: Cloud, DomainId: string): Promise<void> {
  await sageMaker.send(new DeleteAppCommand({ DomainId, ...APP }));
  await settled(() => sageMaker.send(new DescribeAppCommand({ DomainId, ...APP }))).catch(ignore('ResourceNotFound'));
}

async function continueRollback({ cloudFormation }: Cloud, StackName: string): Promise<void> {
  await cloudFormation.send(new ContinueUpdateRollbackCommand({ StackName }));
  await waitUntilStackRollbackComplete({ client: cloudFormation, maxWaitTime: 60 }, { StackName });
}

/** Destroys a stack after the cleanup left an attachment behind, and so its permissions too, as in docs/troubleshooting.md. */
async function destroyWithPolicies(cloud: Cloud, build: AppBuilder): Promise<void> {
  await expect(cloud.destroy(build)).rejects.toThrow('Cannot delete entity, must detach all policies first');
  const { StackResources = [] } = await cloud.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: 'Ours' }));
  const RoleName = StackResources.find(({ LogicalResourceId }) => /^SageMakerImagesRole/.test(LogicalResourceId!))!.PhysicalResourceId;
  const client = cloud.client(IAMClient);
  const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies) {
    await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await client.send(new DeletePolicyCommand({ PolicyArn }));
  }
  await cloud.destroy(build);
}

/** Attaches an image to an existing domain. */
function ours(domain: string, tag: string, { waitForApps, fails }: { waitForApps?: boolean; fails?: boolean } = {}): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    new StudioImage(stack, 'Image', {
      imageName: 'ours', baseImage: torch(stack, tag), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain(domain, { waitForApps })],
    });
    if (fails) {
      failing(stack);
    }
  };
}

/** The same image, which is attached to nothing. */
function detached(tag: string): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Ours', { env: ENVIRONMENT });
    new StudioImage(stack, 'Image', { imageName: 'ours', baseImage: torch(stack, tag), app: StudioApp.jupyterLab() });
  };
}

scenario('if SageMaker allows it, an image is attached to an existing domain, updated, rolled back and detached while an app runs', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await addUser(cloud, domain);
  await startApp(cloud, domain);
  await cloud.deploy(ours(domain, 'a'));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await cloud.failToDeploy(ours(domain, 'b', { fails: true }));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await cloud.deploy(ours(domain, 'b'));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:3']);
  await cloud.destroy(ours(domain, 'b'));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
  await stopApp(cloud, domain);
});

scenario('if SageMaker refuses it, each operation on an existing domain fails, names the app, changes nothing, and works once the app is gone', async (cloud) => {
  const since = new Date();
  const domain = await domainWithTheirs(cloud);
  await addUser(cloud, domain);
  await startApp(cloud, domain);
  await cloud.set({ update_with_apps: 'refuse' });
  const attach = await cloud.failToDeploy(ours(domain, 'a'));
  expect(attach).toMatch(REFUSED);
  expect(attach).toContain(`${NAMED}; nothing was changed; delete these apps (aws sagemaker delete-app --domain-id '${domain}' --user-profile-name 'ann'`);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
  expect(await used(cloud, 'SageMakerImages', since)).toContain('sagemaker:ListApps *');

  await stopApp(cloud, domain);
  await cloud.deploy(ours(domain, 'a'));
  await startApp(cloud, domain);
  const move = await cloud.failToDeploy(ours(domain, 'b'));
  expect(move).toMatch(REFUSED);
  expect(move).toContain(NAMED);
  expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  expect(await cloud.shortVersions()).toContain('ours 1 CREATED');

  const destroy = await cloud.destroy(ours(domain, 'a')).then(() => 'destroyed', ({ message }) => message);
  expect(destroy).toContain(`${NAMED}; nothing was changed; the images are still in the settings: delete these apps`);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  expect(await cloud.shortVersions()).toContain('ours 1 CREATED');
  await stopApp(cloud, domain);
  await cloud.destroy(ours(domain, 'a'));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

/** Lets an update succeed and only its rollback be refused, as if the app had started in between. */
async function refuseAfterFirstUpdate(cloud: Cloud): Promise<void> {
  const fault = { service: 'sagemaker', operation: 'UpdateDomain', nth: 2, times: 20, code: 'ValidationException' };
  await cloud.fault('error', { ...fault, message: 'Unable to update Domain [x] with InService App. Delete all InService apps and try again.' });
}

async function acceptUpdates(cloud: Cloud): Promise<void> {
  await fetch(`${cloud.aws.endpoint}/offline-aws/faults`, { method: 'DELETE' });
}

scenario('a rollback that SageMaker refuses names the app, and continues once the app is gone', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await addUser(cloud, domain);
  await cloud.deploy(ours(domain, 'a'));
  await startApp(cloud, domain);
  await refuseAfterFirstUpdate(cloud);
  await cloud.failToDeploy(ours(domain, 'b', { fails: true }));
  expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_FAILED');
  expect((await cloud.events('Ours')).join('\n')).toContain(`${NAMED}; nothing was changed; delete these apps`);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:2']);
  await stopApp(cloud, domain);
  await acceptUpdates(cloud);
  await continueRollback(cloud, 'Ours');
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
});

scenario('a new attachment whose rollback SageMaker refuses stays, and the next deployment says how to remove it', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await addUser(cloud, domain);
  await cloud.deploy(detached('a'));
  await startApp(cloud, domain);
  await refuseAfterFirstUpdate(cloud);
  await cloud.failToDeploy(ours(domain, 'b', { fails: true }));
  // It is removed in the cleanup of the rollback, whose failures CloudFormation ignores.
  expect(await cloud.stackStatus('Ours')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await cloud.events('Ours')).join('\n')).toContain(`${NAMED}; nothing was changed; the images are still in the settings: delete these apps`);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:2']);

  await stopApp(cloud, domain);
  await acceptUpdates(cloud);
  expect(await cloud.failToDeploy(ours(domain, 'b'))).toMatch(/somebody else attached another version of this image; .*remove these entries or use different app image configs/);
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, domain);
  const { CustomImages = [], ...rest } = DefaultUserSettings!.JupyterLabAppSettings!;
  await cloud.sageMaker.send(new UpdateDomainCommand({
    DomainId: domain,
    DefaultUserSettings: { ...DefaultUserSettings, JupyterLabAppSettings: { ...rest, CustomImages: CustomImages.filter(({ ImageName }) => ImageName !== 'ours') } },
  }));
  await domainInService(cloud.sageMaker, domain);
  await cloud.deploy(ours(domain, 'b'));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', expect.stringMatching(/^ours:[34]$/)]);
  await destroyWithPolicies(cloud, ours(domain, 'b'));
});

scenario('with waitForApps, an attachment and a detachment wait until the app is gone', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await addUser(cloud, domain);
  await cloud.set({ update_with_apps: 'refuse' });
  const whileAppRuns = async (work: () => Promise<unknown>) => {
    await startApp(cloud, domain);
    await Promise.all([work(), sleep(8_000).then(() => stopApp(cloud, domain))]);
  };
  await whileAppRuns(() => cloud.deploy(ours(domain, 'a', { waitForApps: true })));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await whileAppRuns(() => cloud.destroy(ours(domain, 'a', { waitForApps: true })));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

for (const answer of ['allow', 'refuse']) {
  // It is part of the cleanup, whose failures CloudFormation ignores.
  scenario(`an image is detached from an existing domain by a deployment, and moved to another domain, while an app runs (${answer})`, async (cloud) => {
    const [first, second] = [await domainWithTheirs(cloud), await theirDomain(cloud)];
    await addUser(cloud, first);
    await cloud.set({ update_with_apps: answer });
    for (const [without, elsewhere] of [[detached('a'), []], [ours(second, 'a'), ['ours:1']]] as const) {
      await cloud.deploy(ours(first, 'a'));
      await startApp(cloud, first);
      const output = await cloud.deploy(without);
      if (answer === 'refuse') {
        expect(output).toContain(`${NAMED}; nothing was changed; the images are still in the settings: delete these apps`);
        expect(output).toContain('if the deployment has succeeded, deploy the attachment again before you remove it');
        expect(await entriesOf(cloud, first)).toEqual(['theirs:1', 'ours:1']);
        // Nothing changes in the domain, so that SageMaker does not refuse it.
        await cloud.deploy(ours(first, 'a'));
        await stopApp(cloud, first);
        await cloud.deploy(without);
      } else {
        await stopApp(cloud, first);
      }
      expect(await entriesOf(cloud, first)).toEqual(['theirs:1']);
      expect(await entriesOf(cloud, second)).toEqual(elsewhere);
    }
    await (answer === 'refuse' ? destroyWithPolicies(cloud, ours(second, 'a')) : cloud.destroy(ours(second, 'a')));
    expect(await cloud.stackStatus('Ours')).toBeUndefined();
  });
}

/** A domain of the app, with or without an image. */
function owned(tag?: string, { fails, userProfileName }: { fails?: boolean; userProfileName?: string } = {}): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Owned', { env: ENVIRONMENT });
    const { domain } = newDomain(stack);
    if (userProfileName) {
      new sagemaker.CfnUserProfile(stack, 'User', { domainId: domain.attrDomainId, userProfileName });
    }
    if (tag) {
      new StudioImage(stack, 'Image', { imageName: 'ours', baseImage: torch(stack, tag), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.domain(domain)] });
    }
    if (fails) {
      new sagemaker.CfnImageVersion(stack, 'Broken', { imageName: 'no-such-image', baseImage: 'x' }).node.addDependency(domain);
    }
  };
}

for (const answer of ['allow', 'refuse']) {
  scenario(`an image is attached to an owned domain, updated, rolled back and detached while an app runs (${answer})`, async (cloud) => {
    await cloud.deploy(owned());
    const { Domains: [{ DomainId }] = [] } = await cloud.sageMaker.send(new ListDomainsCommand({}));
    const domain = DomainId!;
    await addUser(cloud, domain);
    await cloud.set({ update_with_apps: answer });
    /** Makes a change while an app runs, and if it is refused, again without the app. */
    const change = async (build: AppBuilder, before: string[], after: string[]) => {
      await startApp(cloud, domain);
      if (answer === 'refuse') {
        expect(await cloud.failToDeploy(build)).toMatch(REFUSED);
        expect(await entriesOf(cloud, domain)).toEqual(before);
        // CloudFormation restores the domain, which did not change, and is refused again.
        expect(await cloud.stackStatus('Owned')).toBe('UPDATE_ROLLBACK_FAILED');
        await stopApp(cloud, domain);
        await continueRollback(cloud, 'Owned');
        expect(await entriesOf(cloud, domain)).toEqual(before);
      }
      await cloud.deploy(build);
      expect(await entriesOf(cloud, domain)).toEqual(after);
      await (answer === 'allow' && stopApp(cloud, domain));
    };
    await change(owned('a'), [], ['ours:1']);
    const entries = [answer === 'allow' ? 'ours:2' : 'ours:3'];
    await change(owned('b'), ['ours:1'], entries);
    await startApp(cloud, domain);
    await cloud.failToDeploy(owned('a', { fails: true }));
    expect(await entriesOf(cloud, domain)).toEqual(entries);
    await stopApp(cloud, domain);
    await (answer === 'refuse' && continueRollback(cloud, 'Owned'));
    await change(owned(), entries, []);
  });
}

for (const answer of ['allow', 'refuse']) {
  scenario(`a stack with a domain, an image and a user profile is destroyed while an app runs (${answer})`, async (cloud) => {
    const build = owned('a', { userProfileName: 'ann' });
    await cloud.deploy(build);
    const { Domains: [{ DomainId }] = [] } = await cloud.sageMaker.send(new ListDomainsCommand({}));
    await startApp(cloud, DomainId!);
    await cloud.set({ update_with_apps: answer });
    const destroy = await cloud.destroy(build).then(() => 'destroyed', ({ message }) => message);
    if (answer === 'refuse') {
      expect(destroy).toContain(`${NAMED}; nothing was changed; the images are still in the settings: delete these apps`);
      expect(await entriesOf(cloud, DomainId!)).toEqual(['ours:1']);
    } else {
      // The image is detached. A user profile with apps cannot be deleted in any case.
      expect(destroy).toContain('Unable to delete UserProfile');
      expect(await entriesOf(cloud, DomainId!)).toEqual([]);
    }
    expect(await cloud.stackStatus('Owned')).toBe('DELETE_FAILED');
    expect(await cloud.shortVersions()).toEqual(['ours 1 CREATED']);
    await stopApp(cloud, DomainId!);
    await cloud.destroy(build);
    expect(await cloud.stackStatus('Owned')).toBeUndefined();
  });
}
