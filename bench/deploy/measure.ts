import { ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { appWith, Contents, templateOf } from './app';
import { Cloud } from '../../test/deploy/cloud';
import { domainInService } from '../../test/deploy/domains';

/** The number of calls that the emulator logs (emulator/offline_aws/request_log.py). */
const LOG_CAPACITY = 20_000;

/** The deployment or deletion of a stack. */
export interface Operation {
  readonly seconds: number;
  /** The number of `UpdateDomain` calls. */
  readonly updates: number;
}

/** The deployment and deletion of a stack. */
export interface Cycle {
  readonly deploy: Operation;
  readonly destroy: Operation;
  readonly customResources: number;
}

/** Deploys a new app and destroys it. */
export async function cycle(cloud: Cloud, contents: Contents): Promise<Cycle> {
  const build = appWith(contents);
  const deploy = await operation(cloud, () => cloud.deploy(build));
  await expectImages(cloud, contents.attached ? contents.images : 0);
  const destroy = await operation(cloud, () => cloud.destroy(build));
  await expectImages(cloud, 0);
  const customResources = Object.values(templateOf(build).Resources).filter(({ Type }) => Type.startsWith('Custom::SageMaker')).length;
  return { deploy, destroy, customResources };
}

/** Fails if the domains have a different number of images, because a deployment that attaches nothing must not count. */
async function expectImages({ sageMaker }: Cloud, expected: number): Promise<void> {
  const { Domains = [] } = await sageMaker.send(new ListDomainsCommand({}));
  const described = await Promise.all(Domains.map(({ DomainId }) => domainInService(sageMaker, DomainId!)));
  const found = described.flatMap(({ DefaultUserSettings }) => DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? []).length;
  if (found !== expected) {
    throw new Error(`the domains have ${found} images instead of ${expected}`);
  }
}

async function operation(cloud: Cloud, run: () => Promise<unknown>): Promise<Operation> {
  const start = Date.now();
  await run();
  const seconds = (Date.now() - start) / 1000;
  const calls = await cloud.control(`log?since=${start / 1000}`) as { operation: string }[];
  if (calls.length >= LOG_CAPACITY) {
    throw new Error(`the emulator's log is full, so calls are missing: its capacity is ${LOG_CAPACITY}`);
  }
  return { seconds, updates: calls.filter((call) => call.operation === 'UpdateDomain').length };
}

/** Returns the number of bytes that the second attachment to an existing domain adds to a template. */
export function bytesOfFurtherAttachment(): number {
  const size = (images: number, attached: boolean) =>
    Buffer.byteLength(JSON.stringify(templateOf(appWith({ images, attached, domainId: 'd-abc123' })), undefined, 1));
  const added = (images: number) => size(images, true) - size(images, false);
  return added(2) - added(1);
}
