import { START } from './names';
import type { Push } from '../../../../src/provider/handler/image-feed/model';
import type { Json } from '../../../../src/provider/handler/service/json';
import type { ImageFeedProperties } from '../../../../src/provider/kinds/image-feed';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import type { World } from '../world';

export const REPOSITORY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch';
export const FEED: Omit<ImageFeedProperties, 'ReadLabels'> = {
  ImageName: 'torch', Alias: 'nightly', RepositoryName: 'torch', RepositoryUri: REPOSITORY, Tags: ['release-*'], Metadata: { Processor: 'CPU' }, ReportedAs: 'Stack/Feed',
};

/** A version of the image, as SageMaker describes it. */
export interface Made {
  readonly number: number;
  readonly status: unknown;
  /** The URI of its container image. */
  readonly uri: string;
  readonly created: unknown;
  readonly metadata: Json;
}

/** The labels of container images, by the content of the Dockerfile modulo their number. */
const LABELS: readonly Json[] = [
  {},
  {
    'cdk-sagemaker-images.ml-framework': 'PyTorch 2.4',
    'cdk-sagemaker-images.processor': 'GPU',
    'cdk-sagemaker-images.horovod': 'true',
    'cdk-sagemaker-images.release-notes': 'faster',
    'org.opencontainers.image.description': 'not used',
  },
  { 'cdk-sagemaker-images.ml-framework': 'torch', 'cdk-sagemaker-images.processor': 'TPU', 'cdk-sagemaker-images.job-type': 'TRAINING', 'vendor': 1 },
  { 'org.opencontainers.image.description': 'for notebooks' },
];

/** A repository of Amazon ECR. */
export class Repository {
  /** The container images, and when they were pushed, in seconds since 1970. */
  public readonly images: { readonly imageDigest: string; readonly imageTags: readonly string[]; readonly imagePushedAt: number }[] = [];
  /** All pushes. */
  public readonly pushes: Push[] = [];
  /** Pushes whose events are still to come. */
  public late: Push[] = [];

  public readonly operations: Readonly<Record<string, (input: Json) => Json>> = {
    DescribeImages: () => ({ images: this.images }),
    BatchGetImage: ({ digest }) => ({ labels: LABELS[contentOf(String(digest)) % LABELS.length] }),
  };

  constructor(private readonly world: World) {}

  /** Pushes a container image now. Another tag does not change when it was pushed, as far as ECR tells. */
  public push(content: number): Push {
    const [digest, tag, time] = [`sha256:${content}`, `release-${this.pushes.length + 1}`, Math.floor((START + this.world.now()) / 1_000)];
    const at = this.images.findIndex(({ imageDigest }) => imageDigest === digest);
    if (at < 0) {
      this.images.push({ imageDigest: digest, imageTags: [tag], imagePushedAt: time });
    } else {
      this.images[at] = { ...this.images[at], imageTags: [...this.images[at].imageTags, tag] };
    }
    this.pushes.push({ digest, tag, time });
    return { digest, tag, time };
  }

  /** Returns the event of a push, with the properties of the rule. */
  public eventOf({ digest, tag, time }: Push, properties: Json, Places: unknown): RuleEvent {
    return {
      Reaction: 'ImageFeed',
      Properties: { ...properties as unknown as ImageFeedProperties, Places } as RuleEvent['Properties'],
      Detail: { 'result': 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'torch', 'image-digest': digest, 'image-tag': tag },
      Time: new Date(time * 1_000).toISOString().replace('.000', ''),
    };
  }
}

/** Whether a version was made of a container image in the repository. */
export function isPushed({ uri }: Pick<Made, 'uri'>): boolean {
  return uri.startsWith(REPOSITORY);
}

/** Returns the content of the Dockerfile of a container image, from its URI or digest. */
export function contentOf(uri: string): number {
  return Number(uri.split(':').pop());
}
