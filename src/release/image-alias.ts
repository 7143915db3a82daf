import { aws_sagemaker as sagemaker, CfnResource, Resource, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BaseImageConfig, IImageVersion, ImageVersionGrants } from '../image';
import { aliasPolicyFor } from './private/alias-policies';
import { validateImageAlias } from './private/validate-image-alias';
import { arnsOfImageVersion, dependOnImage, imageNameOf } from '../image/private/image-facts';
import { numberAsString } from '../image/private/image-version-facts';
import { numberIn } from '../image/private/number-in-stack';
import { checkSiblingVersions } from '../image/private/sibling-versions';
import { sourceOf } from '../image/private/source-of-version';
import { warnOfExportedVersions } from '../image/private/warn-exported-version';
import { statementsOn } from '../private/policy-size';
import { requireProps } from '../private/problems';
import { StagePass } from '../private/stage-pass';
import { ALIASED_VERSION_TYPE, AliasedVersionAttributes, IMAGE_ALIAS_TYPE, ImageAliasAttributes } from '../provider/kinds/image-alias';
import { Provider } from '../provider/private/provider';

/**
 * Properties of an `ImageAlias`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
export interface ImageAliasProps {
  /**
   * The image: an `Image`, an import or a `CfnImage`, in the account and Region of the stack.
   *
   * A change adds the alias to the other image, and removes it from the former one.
   */
  readonly image: sagemaker.IImageRef;

  /**
   * The alias, 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`.
   *
   * Spaces and apps can be started with an alias only if it is a number (`2`), two numbers (`2.4`) or a semantic version (`2.4.1`,
   * `2.4.1-gpu`). Others, such as `prod`, are for people, look-ups and API calls. A change adds the new alias, and removes the former
   * one.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceSpec.html
   */
  readonly alias: string;

  /**
   * The version that has the alias: an `ImageVersion`, an import, a look-up, a `CfnImageVersion`, or another `ImageAlias`, which
   * this one then follows. It must be a version of the same image.
   *
   * A change moves the alias in place, and with it whatever refers to the alias.
   */
  readonly version: sagemaker.IImageVersionRef;
}

/**
 * An alias of an image that moves from one version to another.
 *
 * It can be used wherever an image version is expected, and stands for the version that has the alias. A `StudioAttachment` of the
 * alias moves its target in the deployment that moves the alias. To promote a version or to roll back, change `version`.
 *
 * The alias is added to its new version first. If SageMaker refuses that because another version has it, it is removed from that
 * version and then added. If anything fails then, or if the deployment is rolled back, the alias returns to its former version. If the
 * new version is still being created, the deployment waits for it.
 *
 * If the alias exists when this construct is created, it is taken over, and a rollback returns it. When the construct is removed,
 * the alias is removed from its version. An alias that was taken over and has not moved since returns to the version that had it
 * before. If somebody else has moved the alias, the next change reports that in the log and in `report`, and then moves it. Removing
 * the construct leaves such an alias where it is.
 *
 * An alias of an image can be in one `ImageAlias` only, and not also in `alias` or `aliases` of an `ImageVersion`. To turn a fixed alias
 * into an `ImageAlias`, start with the version that has it. To turn an `ImageAlias` into a fixed alias, or to move it to another stack,
 * remove it in one deployment and add the other in the next. A stack has room for about 200 aliases.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 * @resource AWS::SageMaker::ImageVersion
 * @example
 * const prod = new ImageAlias(this, 'Prod', { image, alias: 'prod', version });
 *
 * new StudioAttachment(this, 'Attachment', {
 *   imageVersion: prod,
 *   appImageConfig: new AppImageConfig(this, 'Config', { app: StudioApp.jupyterLab() }),
 *   target: StudioTarget.existingDomain('d-abc123'),
 * });
 */
export class ImageAlias extends Resource implements IImageVersion {
  /**
   * The image of the alias.
   */
  public readonly image: sagemaker.IImageRef;

  /**
   * The name of the alias.
   */
  public readonly alias: string;

  /**
   * The grants for the version that has the alias.
   */
  public readonly grants: ImageVersionGrants;

  /**
   * @internal
   */
  public readonly _source?: BaseImageConfig;
  private readonly resource: CfnResource;

  /**
   * @param scope the scope of the alias
   * @param id the id of the construct. Another id, or another scope in the stack, changes nothing in SageMaker.
   * @param props the properties of the alias
   */
  constructor(scope: Construct, id: string, props: ImageAliasProps) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateImageAlias(this, props);
    this.image = props.image;
    this.alias = props.alias;
    this.grants = ImageVersionGrants.fromImageVersion(this);

    const provider = Provider.of(this);
    const name = { ImageName: imageNameOf(props.image), Alias: props.alias };
    const onVersions = statementsOn(['sagemaker:DescribeImageVersion', 'sagemaker:UpdateImageVersion'], arnsOfImageVersion(props.image));
    const permissions = {
      // A deletion leaves the alias on a version to which the template gives it.
      statements: [...onVersions, ...statementsOn(['cloudformation:GetTemplate'], [Stack.of(this).stackId])],
      cleansUp: true,
      policyId: aliasPolicyFor(Stack.of(this), onVersions),
    };
    // Another construct for the same alias is the same resource. Otherwise, the alias would be removed after it was created again.
    const identity = (prefix: string) => ({ prefix, values: Object.values(name) });
    const before = provider.add(this, 'Before', { kind: ALIASED_VERSION_TYPE, properties: name, ...permissions, identity: identity('SageMakerAliasedVersion') });
    const former: keyof AliasedVersionAttributes = 'AliasedVersion';
    this.resource = provider.add(this, 'Resource', {
      kind: IMAGE_ALIAS_TYPE,
      properties: { ...name, Version: numberIn(Stack.of(this), props.version), FormerVersion: before.getAtt(former) },
      ...permissions,
      identity: identity('SageMakerImageAlias'),
    });
    dependOnImage(this.resource, props.image);
    StagePass.add(this, checkSiblingVersions);
    StagePass.add(this, warnOfExportedVersions);
    const source = sourceOf(props.version);
    this._source = source && { ...source };
  }

  /**
   * The ARN of the version that has the alias.
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
   * The number of the version that has the alias.
   *
   * It is a token. Do not make a string of it: use `versionAsString`.
   * @attribute
   */
  public get version(): number {
    return Token.asNumber(this.resource.getAtt('Version'));
  }

  /**
   * The number of the version that has the alias as a string, for example for an output, a tag or a longer string.
   *
   * Use it in the stack of the alias, because CloudFormation refuses to change an imported value. In another stack, use an
   * `ImageVersionLookup` by this alias, or a `StudioAttachment` or another `ImageAlias`, which pass the number on their own.
   * @attribute
   */
  public get versionAsString(): string {
    return numberAsString(this);
  }

  /**
   * The URI of the container image that SageMaker runs for the version that has the alias.
   * @attribute
   */
  public get containerImage(): string {
    return this.attribute('ContainerImage');
  }

  /**
   * What the last change of the alias did, for an output: for example `on version 5, moved from version 4`. It says whether
   * somebody else had moved the alias.
   * @attribute
   */
  public get report(): string {
    return this.attribute('Report');
  }

  public get imageVersionRef(): sagemaker.ImageVersionReference {
    return { imageVersionArn: this.imageVersionArn };
  }

  private attribute(name: keyof ImageAliasAttributes): string {
    return Token.asString(this.resource.getAtt(name));
  }
}
