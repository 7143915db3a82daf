import { aws_sagemaker as sagemaker, CfnResource, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { addRetention } from './private/retentions';
import { limitOf, validateImageRetention } from './private/validate-image-retention';
import { arnsOfImage, arnsOfImageVersion, dependOnImage, imageNameOf, imageResourceOf } from '../image/private/image-facts';
import { formatArn } from '../private/arn';
import { RoleStatement, statementsOn } from '../private/policy-size';
import { requireProps } from '../private/problems';
import { IMAGE_RETENTION_TYPE, ImageRetentionAttributes, ImageRetentionProperties } from '../provider/kinds/image-retention';
import { Provider } from '../provider/private/provider';

/**
 * Limits that decide which versions of an image are retired.
 *
 * A version is retired if it is beyond all given limits. At least one limit is required.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
export interface ImageRetirementLimit {
  /**
   * The number of newest versions that are not retired, 1 or more. Versions that failed do not count.
   *
   * A change runs the retention.
   *
   * @default - the number of newer versions does not matter
   */
  readonly versions?: number;

  /**
   * The age at which versions are retired, counted from their creation.
   *
   * A change runs the retention.
   *
   * @default - the age does not matter
   */
  readonly age?: Duration;
}

/**
 * Properties of an `ImageRetention`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
export interface ImageRetentionProps {
  /**
   * The image: an `Image`, an import or a `CfnImage`, in the account and Region of the stack.
   *
   * A change applies the retention to the other image. Nothing happens to the former one.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * The number of newest versions to keep, 1 or more. Versions that failed do not count.
   *
   * A change runs the retention.
   *
   * @default - all versions are kept, unless `keepFor` is given, which then decides alone
   */
  readonly keepVersions?: number;

  /**
   * How long to keep a version after it was created, even if it is not one of the last `keepVersions`.
   *
   * A change runs the retention.
   *
   * @default - the age does not matter
   */
  readonly keepFor?: Duration;

  /**
   * Aliases that do not protect a version, each a name or a pattern in which `*` stands for any characters, such as `ci-*`.
   *
   * They are deleted with their version. All other aliases protect their version. An alias that the settings of Studio name
   * protects it in any case. The alias of an `ImageFeed` of the app, or of an `ImageAlias` or look-up in another of its stacks, cannot be
   * expendable. A change runs the retention.
   *
   * @default - every alias protects its version
   */
  readonly expendableAliases?: string[];

  /**
   * The unused versions that get the vendor guidance `TO_BE_ARCHIVED`, unless they already have it or `ARCHIVED`.
   *
   * SageMaker itself archives such a version after three months. The guidance is never changed back. A change runs the
   * retention.
   *
   * @default - none
   */
  readonly toBeArchived?: ImageRetirementLimit;

  /**
   * The unused versions that get the vendor guidance `ARCHIVED`, so that they no longer appear in searches.
   *
   * The guidance is never changed back. A change runs the retention.
   *
   * @default - none, except that SageMaker itself archives `TO_BE_ARCHIVED` versions after three months
   */
  readonly archived?: ImageRetirementLimit;

  /**
   * Whether to only report what would be deleted or retired, in `report` and in the log of the function.
   *
   * The function then has no permission to delete or update versions. A change runs the retention.
   *
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * Whether the deployment fails, and is rolled back, if the function cannot read everything that may use a version.
   *
   * Nothing is deleted in any case. A change runs the retention.
   *
   * @default false, so that a release does not fail because of old versions. The reason is in `report` and in the log.
   */
  readonly failIfUnreadable?: boolean;

  /**
   * A string whose change makes the next deployment run the retention, 1 to 1024 characters.
   *
   * For example, the number of a release, or `Refresh.everyDeployment()`.
   *
   * @default - it runs when a property changes, and when a version that this stack creates or refers to does
   */
  readonly refresh?: string;
}

/**
 * Deletes versions of an image that are old and that nothing uses.
 *
 * During a deployment, after everything in the stack that creates, labels or attaches versions of the image, a custom resource
 * deletes the versions that are neither among the last `keepVersions` nor younger than `keepFor`. It never deletes a version
 *
 * - that is the newest,
 * - that has an alias, unless `expendableAliases` contains it,
 * - that a domain, user profile or space of the Region names, as a custom image or as a default image,
 * - that a running app uses, or
 * - that this stack creates or refers to, or that the app imports by its number, or did so before the deployment, so that a rollback
 *   finds it.
 *
 * If any of this cannot be read, nothing is deleted, and `report` says why. Each version is checked again just before it is deleted.
 * Versions whose creation failed are deleted as soon as they are not the newest. The deployment that adds the retention only reports
 * what the next run will delete, because its own rollback may need any version.
 *
 * What is not in SageMaker Studio cannot be read: scripts, pipelines and training jobs that name a version by its number, and other
 * apps and stacks that create versions of the image. Give such a version an alias.
 *
 * Deleting the construct deletes nothing. An app has at most one retention for an image.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 * @example
 * const retention = new ImageRetention(this, 'Retention', { image, keepVersions: 10, keepFor: Duration.days(90) });
 * new CfnOutput(this, 'RetentionReport', { value: retention.report });
 */
export class ImageRetention extends Construct {
  /**
   * The image.
   */
  public readonly image: sagemaker.IImageRef;

  private readonly resource: CfnResource;
  /** The versions that the stack creates or refers to, which are known when it is validated. */
  private managed?: unknown[];

  /**
   * @param scope the scope of the retention
   * @param id the id of the retention. With another id, it is a new retention, whose first run only reports.
   * @param props the properties of the retention
   */
  constructor(scope: Construct, id: string, props: ImageRetentionProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateImageRetention(this, props);
    this.image = props.image;
    const { keepVersions, keepFor, toBeArchived, archived, expendableAliases, dryRun, failIfUnreadable, refresh } = props;
    const properties: { [name in keyof ImageRetentionProperties]: unknown } = {
      ImageName: imageNameOf(props.image),
      Delete: limitOf({ versions: keepVersions, age: keepFor }),
      ToBeArchived: limitOf(toBeArchived),
      Archived: limitOf(archived),
      ExpendableAliases: expendableAliases,
      DryRun: dryRun,
      FailIfUnreadable: failIfUnreadable,
      Managed: Lazy.uncachedAny({ produce: () => this.managed }),
      Refresh: refresh,
    };
    const changes = dryRun === true ? [] : [
      ...properties.Delete ? ['sagemaker:DeleteImageVersion'] : [],
      ...toBeArchived ?? archived ? ['sagemaker:UpdateImageVersion'] : [],
    ];
    this.resource = Provider.of(this).add(this, 'Resource', {
      kind: IMAGE_RETENTION_TYPE,
      properties,
      statements: [
        ...statementsOn(['sagemaker:ListImageVersions', 'sagemaker:ListAliases'], arnsOfImage(props.image)),
        ...statementsOn(['sagemaker:DescribeImageVersion', 'sagemaker:ListAliases', ...changes], arnsOfImageVersion(props.image)),
        ...readStudio(Stack.of(this)),
      ],
      cleansUp: false,
    });
    dependOnImage(this.resource, props.image);
    addRetention({
      construct: this,
      resource: this.resource,
      isOwned: imageResourceOf(props.image) !== undefined,
      manage: (versions) => { this.managed = versions; },
    });
  }

  /**
   * What the last run deleted and kept, and why, or why it deleted nothing. At most 2,400 characters: the log has everything.
   * @attribute
   */
  public get report(): string {
    return this.attribute('Report');
  }

  /**
   * The numbers of the versions that the last run deleted, separated by commas, or an empty string.
   * @attribute
   */
  public get deletedVersions(): string {
    return this.attribute('DeletedVersions');
  }

  private attribute(name: keyof ImageRetentionAttributes): string {
    return Token.asString(this.resource.getAtt(name));
  }
}

/** The permissions to read everything that can name a version. IAM has no resource types for the lists. */
function readStudio(stack: Stack): RoleStatement[] {
  const describe = (kind: string, resource: string): RoleStatement => ({
    actions: [`sagemaker:Describe${kind}`],
    resource: formatArn(stack, { service: 'sagemaker', resource, resourceName: '*' }),
    wildcard: {
      regex: '/^Resource::.*:(app|domain|space|user-profile)\\/\\*$/',
      reason: 'A version must not be deleted while any domain, user profile, space or app uses it',
    },
  });
  return [
    {
      actions: ['sagemaker:ListApps', 'sagemaker:ListDomains', 'sagemaker:ListSpaces', 'sagemaker:ListUserProfiles'],
      resource: '*',
      wildcard: { regex: '/^Resource::\\*$/', reason: 'IAM has no resource types for these lists' },
    },
    describe('App', 'app'), describe('Domain', 'domain'), describe('Space', 'space'), describe('UserProfile', 'user-profile'),
  ];
}
