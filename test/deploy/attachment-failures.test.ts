import { DeleteDomainCommand, UpdateDomainCommand } from '@aws-sdk/client-sagemaker';
import { attached, attachmentScenarios, domainWithTheirs, entriesOf, theirDomain } from './attachments';
import { Cloud } from './cloud';
import { domainInService } from './domains';

const scenario = attachmentScenarios();

/** The operations of attachments that were throttled. */
async function throttledCalls(cloud: Cloud): Promise<string[]> {
  const calls = await cloud.control('log') as { principal: string | null; operation: string; outcome: string }[];
  return calls.filter(({ outcome, principal }) => outcome === 'ThrottlingException' && principal?.includes('SageMakerImages')).map(({ operation }) => operation);
}

scenario('a domain that is busy for a while is waited for', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.set({ domain_seconds: 20 });
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { SecurityGroups: ['sg-3'] } }));
  await cloud.set({ domain_seconds: 0.2 });
  await cloud.deploy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['ours:1']);
  expect((await domainInService(cloud.sageMaker, domain)).DefaultUserSettings?.SecurityGroups).toEqual(['sg-3']);
});

scenario('each of its calls that is throttled for a while is made again, when it attaches, moves and detaches', async (cloud) => {
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

// CloudFormation gets no answer from a process that dies. Lambda runs the event again, on a domain that is written already.
scenario('a process that is killed between writing and verifying is followed by one that finishes', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await cloud.fault('kill', { service: 'sagemaker', operation: 'UpdateDomain', principal: '*SageMakerImagesRole*', when: 'after' });
  await cloud.deploy(attached('Ours', [domain]));
  expect(await cloud.control('faults')).toMatchObject([{ kind: 'kill', seen: 1 }]);
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1', 'ours:1']);
  await cloud.destroy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('an entry that was deleted by hand does not hold up the destruction', async (cloud) => {
  const domain = await domainWithTheirs(cloud);
  await cloud.deploy(attached('Ours', [domain]));
  const { DefaultUserSettings } = await domainInService(cloud.sageMaker, domain);
  const CustomImages = DefaultUserSettings!.JupyterLabAppSettings!.CustomImages!.filter(({ ImageName }) => ImageName !== 'ours');
  await cloud.sageMaker.send(new UpdateDomainCommand({ DomainId: domain, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages } } }));
  await cloud.destroy(attached('Ours', [domain]));
  expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
});

scenario('a domain that was deleted by hand does not hold up the destruction', async (cloud) => {
  const domain = await theirDomain(cloud);
  await cloud.deploy(attached('Ours', [domain]));
  await cloud.sageMaker.send(new DeleteDomainCommand({ DomainId: domain }));
  await cloud.destroy(attached('Ours', [domain]));
  expect(await cloud.stackStatus('Ours')).toBeUndefined();
});

scenario('an attachment to a domain that does not exist says so', async (cloud) => {
  expect(await cloud.failToDeploy(attached('Ours', ['d-nosuchdomain0']))).toMatch(/attaching image 'ours' .* of domain 'd-nosuchdomain0' failed: it does not exist .* nothing was changed/);
});
