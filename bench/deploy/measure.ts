import { ListDomainsCommand } from '@aws-sdk/client-sagemaker';
import { appWith, Contents, templateOf } from './app';
import { Cloud } from '../../test/deploy/cloud';
import { domainInService } from '../../test/deploy/domains';

/** How many calls the emulator remembers (emulator/offline_aws/request_log.py). */
const LOG_CAPACITY = 20_000;

/** The deployment of a stack, or its deletion. */
export interface Operation {
  readonly seconds: number;
  /** How often somebody called `UpdateDomain`. */
  readonly updates: number;
}

/** Both, and the custom resources of the stack. */
export interface Cycle {
  readonly deploy: Operation;
  readonly destroy: Operation;
  readonly customResources: number;
}

/** Deploys an app into an account without it, and destroys it. */
export async function cycle(cloud: Cloud, contents: Contents): Promise<Cycle> {
  const build = appWith(contents);
  const deploy = await operation(cloud, () => cloud.deploy(build));
  await expectImages(cloud, contents.attached ? contents.images : 0);
  const destroy = await operation(cloud, () => cloud.destroy(build));
  await expectImages(cloud, 0);
  const customResources = Object.values(templateOf(build).Resources).filter(({ Type }) => Type.startsWith('Custom::SageMaker')).length;
  return { deploy, destroy, customResources };
}

/** Fails if the domains list another number of images: a fast deployment that attaches nothing proves nothing. */
async function expectImages({ sageMaker }: Cloud, expected: number): Promise<void> {
  const { Domains = [] } = await sageMaker.send(new ListDomainsCommand({}));
  const described = await Promise.all(Domains.map(({ DomainId }) => domainInService(sageMaker, DomainId!)));
  const found = described.flatMap(({ DefaultUserSettings }) => DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? []).length;
  if (found !== expected) {
    throw new Error(`the domains list ${found} images instead of ${expected}`);
  }
}

async function operation(cloud: Cloud, run: () => Promise<unknown>): Promise<Operation> {
  const start = Date.now();
  await run();
  const seconds = (Date.now() - start) / 1000;
  const calls = await cloud.control(`log?since=${start / 1000}`) as { operation: string }[];
  if (calls.length >= LOG_CAPACITY) {
    throw new Error(`the emulator forgot calls: its log holds ${LOG_CAPACITY}`);
  }
  return { seconds, updates: calls.filter((call) => call.operation === 'UpdateDomain').length };
}

/** Bytes of a template that the second attachment to an existing domain adds. */
export function bytesOfFurtherAttachment(): number {
  const size = (images: number, attached: boolean) =>
    Buffer.byteLength(JSON.stringify(templateOf(appWith({ images, attached, domainId: 'd-abc123' })), undefined, 1));
  const added = (images: number) => size(images, true) - size(images, false);
  return added(2) - added(1);
}
