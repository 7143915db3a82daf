import { aws_sagemaker as sagemaker, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { imageNameOfVersion, numberOf } from '../../image/private/image-version-facts';
import { cfnResourceOf } from '../../private/dependencies';
import { intrinsicOf } from '../../private/intrinsics';
import { resolveReferences } from '../../private/references';
import type { StagePass } from '../../private/stage-pass';

/** Whether properties in the template mention an image. */
export function mentions(properties: unknown, imageName: unknown): boolean {
  const text = JSON.stringify(imageName).toLowerCase();
  return (JSON.stringify(properties) ?? '').toLowerCase().includes(typeof imageName === 'string' ? text.slice(1, -1) : text);
}

/**
 * Returns the versions of an image that properties in the template name: numbers or ARNs, or functions of CloudFormation that
 * return one.
 *
 * An image whose name is a function may be the same image, so that its versions are returned too. Of another template, only values
 * that are the same in every template are returned.
 */
export function managedIn(properties: unknown, imageName: unknown, isSameTemplate: boolean): unknown[] {
  const find = (value: any, branch: (version: unknown) => unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) {
      return [];
    }
    if (isSameTemplate && intrinsicOf(value) === 'Fn::If' && Array.isArray(value['Fn::If'])) {
      const [condition, one, other] = value['Fn::If'];
      const none = { Ref: 'AWS::NoValue' };
      return [
        ...find(one, (version) => branch({ 'Fn::If': [condition, version, none] })),
        ...find(other, (version) => branch({ 'Fn::If': [condition, none, version] })),
      ];
    }
    const member = (name: string) => Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1];
    const [name, number, imageArn, versionArn] = ['imagename', 'imageversionnumber', 'sagemakerimagearn', 'sagemakerimageversionarn'].map(member);
    return [
      ...number !== undefined && mayBe(name, imageName) ? [branch(number)] : [],
      ...versionArn !== undefined && mayBeArnOf(imageArn, imageName) ? [branch(versionArn)] : [],
      ...Object.values(value).flatMap((part) => find(part, branch)),
    ];
  };
  return find(properties, (version) => version).filter((version) => isSameTemplate || isPortable(version));
}

/**
 * Returns the versions of an image that the app imports: their numbers, or their ARNs if the name of the image is known only during
 * deployment.
 *
 * Without a resource in the app, nothing else shows that the app needs them.
 */
export function importedIn({ constructs, order }: StagePass, retention: CfnResource, imageName: unknown): unknown[] {
  const { stack } = retention;
  const differs = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  return constructs.filter(isImport).flatMap((version) => {
    const name = Stack.of(version).resolve(imageNameOfVersion(version));
    if (differs(version.env.account, stack.account) || differs(version.env.region, stack.region) || !mayBe(name, imageName)) {
      return [];
    }
    const value = typeof name === 'string' ? numberOf(version) : version.imageVersionRef.imageVersionArn;
    const targets = resolveReferences(value, version).targets;
    const isUsable = targets.every((target) => target.stack === stack && !(CfnResource.isCfnResource(target) && order.path(target, retention)));
    const resolved = Stack.of(version).resolve(value);
    return isUsable && (Stack.of(version) === stack || isPortable(resolved)) ? [resolved] : [];
  });
}

function isImport(construct: IConstruct): construct is sagemaker.IImageVersionRef {
  return 'imageVersionRef' in construct && cfnResourceOf(construct) === undefined;
}

/** Whether a value refers to nothing in its template. */
function isPortable(value: unknown): boolean {
  return !/"Ref":"(?!AWS::)|"Fn::(?!Join|Sub)|\$\{(?!AWS::)/.test(JSON.stringify(value));
}

function mayBe(name: unknown, imageName: unknown): boolean {
  return typeof name !== 'string' || typeof imageName !== 'string' || name.toLowerCase() === imageName.toLowerCase();
}

function mayBeArnOf(arn: unknown, imageName: unknown): boolean {
  const name = /:image\/([^"/]+)"\}?$/.exec(JSON.stringify(arn) ?? '')?.[1];
  return name === undefined || mayBe(name, imageName);
}
