import { join } from 'path';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { containerManifest } from './container-images';
import { imageNames, inventory, InventoryRow } from './inventory';
import { Cdk, CdkResult } from '../../emulator/cdk';
import { OfflineAws } from '../../emulator/offline-aws';

export const QUICKSTART = join(__dirname, '..', '..', 'examples', 'quickstart');

/** A step of a user with the app, and the resources that must exist afterwards. */
export interface Step {
  readonly title: string;
  /** The command that a user would type. */
  readonly command: string;
  readonly run: (cdk: Cdk, ...args: string[]) => Promise<CdkResult>;
  /** The image versions that must exist, with these fields. There must be no others. */
  readonly expected: Partial<InventoryRow>[];
}

const CPU: Partial<InventoryRow> = {
  image: 'torch', version: 1, status: 'CREATED', aliases: ['2.4.0-cpu'], framework: 'PyTorch 2.4', processor: 'CPU', guidance: 'STABLE',
};
const GPU: Partial<InventoryRow> = {
  image: 'torch', version: 2, status: 'CREATED', framework: 'PyTorch 2.4', processor: 'GPU',
};

/** The lifecycle of examples/quickstart, from the first deployment to its destruction. */
export const STEPS: Step[] = [
  {
    title: 'Release 1: an image with two versions',
    command: 'cdk deploy -c release=1',
    run: (cdk, ...args) => cdk.deploy('-c', 'release=1', ...args),
    expected: [CPU, { ...GPU, aliases: ['2.4.0-gpu'], guidance: 'NOT_PROVIDED', notes: 'CUDA 12.4' }],
  },
  {
    title: 'Release 2: new metadata and another alias, in place (the version number does not change)',
    command: 'cdk deploy -c release=2',
    run: (cdk, ...args) => cdk.deploy('-c', 'release=2', ...args),
    expected: [CPU, { ...GPU, aliases: ['2.4.0-gpu', 'gpu-tested'], guidance: 'STABLE', notes: 'CUDA 12.4, tested by the platform team' }],
  },
  {
    title: 'Release 3: a new base image creates version 3, and version 2 is kept',
    command: 'cdk deploy -c release=3',
    run: (cdk, ...args) => cdk.deploy('-c', 'release=3', ...args),
    expected: [
      CPU,
      { ...GPU, aliases: ['2.4.0-gpu', 'gpu-tested'], guidance: 'STABLE' },
      { ...GPU, version: 3, aliases: ['2.5.0-gpu'], framework: 'PyTorch 2.5', notes: 'CUDA 12.6' },
    ],
  },
  {
    title: 'Destroy: nothing is left',
    command: 'cdk destroy',
    run: (cdk, ...args) => cdk.destroy(...args),
    expected: [],
  },
];

/** Creates a SageMaker client for an offline AWS. */
export function sageMaker(aws: OfflineAws): SageMakerClient {
  return new SageMakerClient(clientConfig(aws));
}

/**
 * Pushes the container images to ECR that a team's build would push.
 *
 * @returns their names
 */
export async function pushContainerImages(aws: OfflineAws): Promise<string[]> {
  const tags = ['2.4-cpu', '2.4-gpu', '2.5-gpu'];
  const ecr = new ECRClient(clientConfig(aws));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'torch' }));
  ecr.destroy();
  for (const tag of tags) {
    await pushContainerImage(aws, tag);
  }
  return tags.map((tag) => `torch:${tag}`);
}

/** Pushes a container image, which takes the tag from the one that had it. */
export async function pushContainerImage(aws: OfflineAws, imageTag: string, content = imageTag): Promise<void> {
  const ecr = new ECRClient(clientConfig(aws));
  await ecr.send(new PutImageCommand({ repositoryName: 'torch', imageTag, imageManifest: containerManifest(content) }));
  ecr.destroy();
}

/** Returns the existing image versions, and how they differ from the expected ones of a step. */
export async function verify(client: SageMakerClient, { expected: versions }: Step): Promise<{ rows: InventoryRow[]; problems: string[] }> {
  const rows = await inventory(client);
  const key = ({ image, version }: Partial<InventoryRow>) => `${image}:${version}`;
  const found = new Map(rows.map((row) => [key(row), row]));
  const expected = new Map(versions.map((row) => [key(row), row]));
  const problems = [
    ...[...found.keys()].filter((name) => !expected.has(name)).map((name) => `${name} exists and should not`),
    ...[...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`),
    ...[...expected].flatMap(([name, row]) => differences(name, row, found.get(name))),
  ];
  if (versions.length === 0) {
    problems.push(...(await imageNames(client)).map((name) => `image ${name} exists and should not`));
  }
  return { rows, problems };
}

function differences(name: string, expected: Partial<InventoryRow>, found: InventoryRow | undefined): string[] {
  if (!found) {
    return [];
  }
  return (Object.keys(expected) as (keyof InventoryRow)[])
    .filter((field) => JSON.stringify(expected[field]) !== JSON.stringify(found[field]))
    .map((field) => `${name}: ${field} is ${JSON.stringify(found[field])} and should be ${JSON.stringify(expected[field])}`);
}

/** The configuration of SDK clients for an offline AWS. */
export function clientConfig(aws: OfflineAws) {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = aws.env;
  return {
    endpoint: aws.endpoint,
    region: AWS_REGION!,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! },
  };
}
