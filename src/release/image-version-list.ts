import { aws_sagemaker as sagemaker, CfnResource, Fn, Lazy, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ImageVersionStatus } from './image-version-status';
import type { JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from '../image';
import { validateImageVersionList } from './private/validate-image-version-list';
import { arnsOfImage, arnsOfImageVersion, dependOnImage, imageNameOf } from '../image/private/image-facts';
import { checkSiblingVersions } from '../image/private/sibling-versions';
import { warnOfExportedVersions } from '../image/private/warn-exported-version';
import { statementsOn } from '../private/policy-size';
import { requireProps } from '../private/problems';
import { StagePass } from '../private/stage-pass';
import { IMAGE_VERSION_LIST_TYPE, ImageVersionListAttributes, LIST_SEPARATOR } from '../provider/kinds/image-version-list';
import { Provider } from '../provider/private/provider';

/**
 * Properties of an `ImageVersionList`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListImageVersions.html
 */
export interface ImageVersionListProps {
  /**
   * The image: an `Image`, an import or a `CfnImage`, in the account and Region of the stack.
   *
   * A change lists the versions again.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * Lists only versions with this status.
   *
   * A change lists the versions again.
   *
   * @default - versions of any status, including those that failed
   */
  readonly status?: ImageVersionStatus;

  /**
   * Lists only versions with this vendor guidance.
   *
   * SageMaker does not list metadata, so the function describes the versions one by one, newest first. A change lists the versions
   * again.
   *
   * @default - versions with any vendor guidance
   */
  readonly vendorGuidance?: VendorGuidance;

  /**
   * Lists only versions for this kind of job.
   *
   * The function describes the versions one by one. A change lists the versions again.
   *
   * @default - versions for any kind of job
   */
  readonly jobType?: JobType;

  /**
   * Lists only versions with this machine learning framework, in exactly this spelling.
   *
   * The function describes the versions one by one. A change lists the versions again.
   *
   * @default - versions with any framework
   */
  readonly mlFramework?: MlFramework;

  /**
   * Lists only versions with this programming language, in exactly this spelling.
   *
   * The function describes the versions one by one. A change lists the versions again.
   *
   * @default - versions with any language
   */
  readonly programmingLang?: ProgrammingLang;

  /**
   * Lists only versions for this kind of processor.
   *
   * The function describes the versions one by one. A change lists the versions again.
   *
   * @default - versions for any kind of processor
   */
  readonly processor?: Processor;

  /**
   * The maximum number of versions in the list, 1 or more: the newest ones that match.
   *
   * CloudFormation accepts about 3,500 characters for all lists of this construct that the app uses. That is enough for the numbers
   * of 700 versions, or for the ARNs of 40. If the lists are longer, the deployment fails, and the error says how many versions
   * fit. Only `maxVersions` shortens a list. A change lists the versions again.
   *
   * @default - all versions
   */
  readonly maxVersions?: number;

  /**
   * Whether the list may be empty.
   *
   * In CloudFormation, each list then has one item, which is an empty string. A change lists the versions again.
   *
   * @default false - the deployment fails if no version matches
   */
  readonly allowEmpty?: boolean;

  /**
   * A string whose change makes the next deployment list the versions again, 1 to 1024 characters.
   *
   * For example, the number of a release, or `Refresh.everyDeployment()`. Without a change of any property, the result of the last
   * deployment stays, even if there are new versions. The first use of another list, such as `aliases`, is a change too.
   *
   * @default - the versions are listed once, and again when another property changes
   */
  readonly refresh?: string;
}

/**
 * All versions of an image, or those that match, listed during deployment. The newest version is the first in each list.
 *
 * The lists are known only during deployment: each is a token. Take an item with `Fn.select`, or pass on the whole list, for
 * example as the resources of a policy. The items of the lists with the same index belong to the same version.
 *
 * Only the lists that the app uses are read and returned. Versions and ARNs need one call for 100 versions. Aliases need one more
 * call for each version in the list, and container images and filters by metadata one for each version of the image until there are
 * `maxVersions`. A call takes about 50 ms, and the function has 15 minutes, so that 500 versions are read even if SageMaker throttles
 * calls.
 *
 * If the same app owns the image, the list waits for its versions. Use the lists in the stack of the construct: a warning says if
 * another stack imports them, because CloudFormation then refuses to change them.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListImageVersions.html
 * @example
 * const gpuVersions = new ImageVersionList(this, 'GpuVersions', {
 *   image: Image.fromImageName(this, 'Torch', 'torch'),
 *   status: ImageVersionStatus.CREATED,
 *   processor: Processor.GPU,
 *   maxVersions: 10,
 *   refresh: Refresh.everyDeployment(),
 * });
 * new CfnOutput(this, 'NewestGpuVersion', { value: Fn.select(0, gpuVersions.imageVersionArns) });
 */
export class ImageVersionList extends Construct {
  /**
   * The image of the versions.
   */
  public readonly image: sagemaker.IImageRef;

  private readonly resource: CfnResource;
  private readonly used = new Set<keyof ImageVersionListAttributes>();

  /**
   * @param scope the scope of the list
   * @param id the id of the list. With another id, the versions are listed again.
   * @param props the properties of the list
   */
  constructor(scope: Construct, id: string, props: ImageVersionListProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateImageVersionList(this, props);
    const { image, status, vendorGuidance, jobType, mlFramework, programmingLang, processor } = props;
    this.image = image;
    const metadata = {
      JobType: jobType, MLFramework: mlFramework?.name, Processor: processor, ProgrammingLang: programmingLang?.name, VendorGuidance: vendorGuidance,
    };
    const filter = { ImageVersionStatus: status, ...metadata };
    const isSet = (values: object) => Object.values(values).some((value) => value !== undefined);

    this.resource = Provider.of(this).add(this, 'Resource', {
      kind: IMAGE_VERSION_LIST_TYPE,
      properties: {
        ImageName: imageNameOf(image),
        Filter: isSet(filter) ? filter : undefined,
        MaxVersions: props.maxVersions,
        AllowEmpty: props.allowEmpty || undefined,
        Attributes: Lazy.list({ produce: () => [...this.used].sort() }, { omitEmpty: true }),
        Refresh: props.refresh,
      },
      statements: statementsOn(['sagemaker:ListImageVersions'], arnsOfImage(image)),
      cleansUp: false,
    });
    if (isSet(metadata)) {
      this.grantDescribe();
    }
    dependOnImage(this.resource, image);
    StagePass.add(this, checkSiblingVersions);
    StagePass.add(this, warnOfExportedVersions);
  }

  /**
   * The ARNs of the versions.
   */
  public get imageVersionArns(): string[] {
    return this.listOf('ImageVersionArns');
  }

  /**
   * The numbers of the versions, as strings.
   */
  public get versions(): string[] {
    return this.listOf('Versions');
  }

  /**
   * The aliases of the versions: one string for each version, with its aliases separated by commas, or empty without aliases.
   */
  public get aliases(): string[] {
    if (!this.used.has('Aliases')) {
      this.grant('sagemaker:ListAliases', [...arnsOfImage(this.image), ...arnsOfImageVersion(this.image)]);
    }
    return this.listOf('Aliases');
  }

  /**
   * The URIs of the container images of the versions. A version that has none, because it failed or is being created, has an empty string.
   */
  public get containerImages(): string[] {
    if (!this.used.has('ContainerImages')) {
      this.grantDescribe();
    }
    return this.listOf('ContainerImages');
  }

  private listOf(attribute: keyof ImageVersionListAttributes): string[] {
    this.used.add(attribute);
    return Fn.split(LIST_SEPARATOR, Token.asString(this.resource.getAtt(attribute)));
  }

  private grantDescribe(): void {
    this.grant('sagemaker:DescribeImageVersion', arnsOfImageVersion(this.image));
  }

  private grant(action: string, resources: string[]): void {
    Provider.of(this).grant(this.resource, statementsOn([action], resources), false);
  }
}
