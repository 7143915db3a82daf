import { aws_cloudwatch as cloudwatch, aws_ecr as ecr, aws_sagemaker as sagemaker, CfnResource, Lazy, Resource, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BaseImageConfig, IImageVersion, ImageVersionGrants, JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from '../image';
import { FeedRules } from './private/feed-rules';
import type { FeedFollower } from './private/feed-rules';
import { feedStatements } from './private/feed-statements';
import { validateImageFeed } from './private/validate-image-feed';
import { Refresh } from './refresh';
import { repositoryImageUri, repositoryKeyArn } from '../image/private/ecr-repository';
import { dependOnImage, imageNameOf } from '../image/private/image-facts';
import { numberAsString } from '../image/private/image-version-facts';
import { grantPull } from '../image/private/pull-policy';
import { checkSiblingVersions } from '../image/private/sibling-versions';
import { warnOfExportedVersions } from '../image/private/warn-exported-version';
import { warnOfExpiringImages } from '../image/private/warn-lifecycle-rules';
import { requireProps } from '../private/problems';
import { StagePass } from '../private/stage-pass';
import { IMAGE_FEED_METRIC, IMAGE_FEED_TYPE } from '../provider/kinds/image-feed';
import type { ImageVersionAttributes } from '../provider/kinds/image-version';
import { Provider, RULES } from '../provider/private/provider';

/**
 * Properties of an `ImageFeed`.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
export interface ImageFeedProps {
  /**
   * The image that gets the versions: an `Image`, an import or a `CfnImage`, in the account and Region of the stack.
   *
   * A change creates versions of the other image from then on. The versions of the former image stay.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * The repository whose pushes create versions, in the account and Region of the stack.
   *
   * A change follows the other repository from then on.
   */
  readonly repository: ecr.IRepositoryRef;

  /**
   * The tags to follow, in which `*` stands for any number of characters, for example `['release-*']`.
   *
   * At least one, each 1 to 128 letters, digits, `_`, `-`, `.` and `*`. A push with another tag creates no version. A change applies to
   * pushes from then on.
   */
  readonly tags: string[];

  /**
   * The alias of the version that was pushed last, 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * The feed moves it. No version and no other construct of the app can have it. A change gives the new alias to the version of the
   * newest push. The former alias stays where it is.
   */
  readonly alias: string;

  /**
   * Whether the labels of a container image become the metadata of its version.
   *
   * The labels are `cdk-sagemaker-images.vendor-guidance`, `.job-type`, `.ml-framework`, `.programming-lang`, `.processor`, `.horovod`
   * and `.release-notes`, with the values of the SageMaker API, for example `PyTorch 2.4`. Values that SageMaker does not accept are
   * ignored, and the log of the function says so. A label takes precedence over the property of the feed, which takes precedence over
   * the label `org.opencontainers.image.description` for the release notes. A container image inherits the labels of its base image.
   *
   * A change applies to pushes from then on.
   *
   * @default true
   */
  readonly readLabels?: boolean;

  /**
   * The stability of the versions, as their maintainer sees it. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly vendorGuidance?: VendorGuidance;

  /**
   * The kind of job that the versions support. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly jobType?: JobType;

  /**
   * The machine learning framework of the versions, with its own version. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly mlFramework?: MlFramework;

  /**
   * The programming language of the versions, with its own version. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly programmingLang?: ProgrammingLang;

  /**
   * The kind of processor that the versions support. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly processor?: Processor;

  /**
   * Whether the versions support Horovod. A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise not set
   */
  readonly horovod?: boolean;

  /**
   * The release notes of the versions, 1 to 255 characters.
   *
   * The tag and the time of the push are added to them, for example `(release-4 pushed 2026-01-31T12:00:00Z)`. Longer notes are truncated.
   * A change applies to pushes from then on.
   *
   * @default - the label of the container image, otherwise the tag and the time of the push only
   */
  readonly releaseNotes?: string;
}

/**
 * Creates an image version from each container image that is pushed to a repository, without a deployment.
 *
 * A push with a matching tag creates the next version of the image. When it is created, the feed moves its alias there, and then
 * the entries and default images of all attachments to Studio of the same stack that use the feed as their version. Grants for the
 * feed apply to all versions of the image.
 *
 * The newest push counts, in whatever order events arrive. Events that arrive twice change nothing. A version that fails does not get
 * the alias. It stays, with its failure reason. A push that fails is tried again twice, and then sent to the dead-letter queue of the
 * `ImagesProvider`, if there is one. The log of the function has the reason, and `metricFailedPushes` counts.
 *
 * Each deployment reads the alias again, so that it never goes back to a former version, and makes up for an event that got lost:
 * Amazon ECR sends them on a best effort basis. Because of that, `cdk diff` always shows a change. If the alias does not exist yet,
 * the deployment creates a version from the newest container image that matches. Without one, it fails if something uses the version. To
 * create the repository in the same stack, deploy the feed without attachments, push, and attach.
 *
 * To roll back, push the former container image with another matching tag, or move the alias by hand: it stays there until the next
 * push. When the feed is removed from the app, the versions and the alias stay.
 *
 * Repositories of another account or Region do not send their events here. Replicate them to the account and Region of the stack.
 *
 * A feed needs one rule, and another one for each further 8 targets that follow it. A stack has room for 40 rules. More fail at synth.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 * @resource AWS::SageMaker::ImageVersion
 * @example
 * const stable = new ImageFeed(this, 'Stable', { image, repository, tags: ['release-*'], alias: 'stable' });
 * new StudioAttachment(this, 'Attachment', {
 *   imageVersion: stable,
 *   appImageConfig: new AppImageConfig(this, 'Config', { app: StudioApp.jupyterLab() }),
 *   target: StudioTarget.existingDomain('d-abc123'),
 * });
 */
export class ImageFeed extends Resource implements IImageVersion {
  /**
   * The image that gets the versions.
   */
  public readonly image: sagemaker.IImageRef;

  /**
   * The grants for all versions of the image, since the version of the feed changes without a deployment.
   */
  public readonly grants: ImageVersionGrants;

  /**
   * @internal
   */
  public readonly _source: BaseImageConfig;
  /**
   * The number changes without a deployment.
   * @internal
   */
  public readonly _changesByItself = true;
  /**
   * The alias that moves.
   * @internal
   */
  public readonly _alias: string;
  private readonly resource: CfnResource;
  private readonly rules: FeedRules;
  private readonly reportedAs: string;
  /** Whether something uses the version, so that there must be one. */
  private isNeeded = false;

  /**
   * @param scope the scope of the feed
   * @param id the id of the feed
   * @param props the properties of the feed
   */
  constructor(scope: Construct, id: string, props: ImageFeedProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateImageFeed(this, props);
    const { image, repository } = props;
    this.image = image;
    this._alias = props.alias;
    this._source = { imageUri: repositoryImageUri(repository, ''), repository, encryptionKeyArn: repositoryKeyArn(repository) };
    this.grants = ImageVersionGrants.fromImageVersion(this);

    const stack = Stack.of(this);
    this.reportedAs = `${stack.stackName}/${this.node.path.slice(stack.node.path.length).replace(/^\//, '')}`;
    const properties = {
      ImageName: imageNameOf(image),
      Alias: props.alias,
      RepositoryName: repository.repositoryRef.repositoryName,
      RepositoryUri: this._source.imageUri,
      Tags: props.tags,
      Metadata: {
        VendorGuidance: props.vendorGuidance,
        JobType: props.jobType,
        MLFramework: props.mlFramework?.name,
        ProgrammingLang: props.programmingLang?.name,
        Processor: props.processor,
        Horovod: props.horovod,
        ReleaseNotes: props.releaseNotes,
      },
      ReadLabels: props.readLabels ?? true,
      ReportedAs: this.reportedAs,
    };
    const statements = feedStatements(image, repository, properties.ReadLabels);
    this.resource = Provider.of(this).add(this, 'Resource', {
      kind: IMAGE_FEED_TYPE,
      properties: {
        ...properties,
        Needed: Lazy.uncachedAny({ produce: () => this.isNeeded || undefined }),
        Refresh: Refresh.everyDeployment(),
      },
      statements,
      cleansUp: false,
      // The rules of the feed need the same permissions.
      policyId: RULES,
    });
    dependOnImage(this.resource, image);
    grantPull(this, [this.resource], image, this._source);
    this.rules = new FeedRules(this, this.resource, properties, statements);
    StagePass.add(this, checkSiblingVersions);
    StagePass.add(this, warnOfExportedVersions);
    warnOfExpiringImages(this, repository, props.tags);
  }

  /**
   * The ARN of the version that has the alias when the stack is deployed.
   * @attribute
   */
  public get imageVersionArn(): string {
    return this.attribute('ImageVersionArn');
  }

  /**
   * The ARN of the image.
   * @attribute
   */
  public get imageArn(): string {
    return this.attribute('ImageArn');
  }

  /**
   * The number of the version that has the alias when the stack is deployed.
   *
   * It is a token until then. Do not make a string of it: use `versionAsString`.
   * @attribute
   */
  public get version(): number {
    this.isNeeded = true;
    return Token.asNumber(this.resource.getAtt('Version'));
  }

  /**
   * The number of the version as a string, for example for an output.
   *
   * Use it in the stack of the feed. Another stack cannot import it, because CloudFormation refuses to change an imported value.
   * @attribute
   */
  public get versionAsString(): string {
    return numberAsString(this);
  }

  /**
   * The URI of the container image of the version that has the alias when the stack is deployed.
   * @attribute
   */
  public get containerImage(): string {
    return this.attribute('ContainerImage');
  }

  public get imageVersionRef(): sagemaker.ImageVersionReference {
    return { imageVersionArn: this.imageVersionArn };
  }

  /**
   * The number of times that the feed could not create a version from a push, move the alias, or move the targets that follow.
   *
   * A push can count up to three times, because Lambda retries it twice. Without failures there is no data, so let alarms treat missing
   * data as not breaching. By default, it is the sum over 5 minutes.
   *
   * Throws if an option is not valid, for example a period of 45 seconds.
   *
   * @param options options of the metric
   * @returns the metric, for example for an alarm
   */
  public metricFailedPushes(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const { namespace, name, dimension } = IMAGE_FEED_METRIC;
    return new cloudwatch.Metric({
      namespace, metricName: name, dimensionsMap: { [dimension]: this.reportedAs }, statistic: cloudwatch.Stats.SUM, ...options,
    }).attachTo(this);
  }

  /**
   * Moves entries and default images of a target of the same stack together with the alias.
   * @internal
   */
  public _followedBy(follower: FeedFollower): void {
    this.rules.add(follower);
  }

  private attribute(name: keyof ImageVersionAttributes): string {
    this.isNeeded = true;
    return Token.asString(this.resource.getAtt(name));
  }
}
