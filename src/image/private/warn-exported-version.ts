import { aws_sagemaker as sagemaker, CfnElement, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { customPropertiesOf, ownerOf } from '../../private/dependencies';
import { referencedResources } from '../../private/references';
import { topLevelStack } from '../../private/stacks';
import type { StageCheck, StagePass } from '../../private/stage-pass';
import { warn } from '../../private/warnings';
import { IMAGE_ALIAS_TYPE } from '../../provider/kinds/image-alias';
import { IMAGE_FEED_TYPE } from '../../provider/kinds/image-feed';
import { IMAGE_VERSION_LIST_TYPE } from '../../provider/kinds/image-version-list';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../../provider/kinds/image-version-lookup';

/**
 * Warns of versions and look-ups whose number, ARN or container image is exported, which the CDK does for a use in another stack:
 * CloudFormation refuses to change an export while it is imported, and so the next version. There is one warning for each version.
 */
export const warnOfExportedVersions: StageCheck = (pass) => {
  const exported = new Set(pass.constructs.flatMap(exportsOf));
  if (exported.size === 0) {
    return;
  }
  const isExported = (resource: CfnResource) => exported.has(keyOf(resource.stack, resource.stack.resolve(resource.logicalId)));
  // The parent of a nested stack exports an output of it.
  const isInExported = ({ stack }: CfnResource) => stack.nestedStackResource !== undefined && isExported(stack.nestedStackResource as CfnResource);
  const versions = pass.resources.filter((resource) => isVersion(resource) && (isExported(resource) || isInExported(resource)));
  const users = usersOf(pass, new Set(versions));
  for (const version of versions.filter((one) => users.has(one) || isExported(one))) {
    const paths = users.get(version)?.map(({ node }) => node.path).join(' and ');
    warn(isCustom(version) ? ownerOf(ownerOf(version)) : ownerOf(version), 'versionExported',
      `${isList(version) ? 'the list of versions' : 'the number, ARN or container image of the version'} is ${paths ? `used in another stack by ${paths}` : 'exported'}, `
      + "and CloudFormation refuses the next version as long as the export is imported ('Cannot update export'): "
      + (isList(version) ? 'use the list in its own stack, or list the versions there'
        : 'attach the version with a StudioAttachment, with defaultImage if it starts by default, or put both into one stack'));
  }
};

/** Returns the keys of the resources of which a construct exports something that changes with the version, to this or another Region. */
function exportsOf(construct: IConstruct): string[] {
  const value = CfnElement.isCfnElement(construct) && (construct as Partial<CfnOutput>).exportName !== undefined ? (construct as CfnOutput).value
    : CfnResource.isCfnResource(construct) && construct.cfnResourceType === 'Custom::CrossRegionExportWriter' ? customPropertiesOf(construct) : undefined;
  if (value === undefined) {
    return [];
  }
  const stack = Stack.of(construct);
  return [...JSON.stringify(stack.resolve(value)).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"(?:,"([\w.]+)")?/g)]
    .filter(([, , attribute]) => attribute !== 'ImageArn').map(([, logicalId]) => keyOf(stack, logicalId));
}

function keyOf(stack: Stack, logicalId: string): string {
  return `${stack.node.addr} ${logicalId}`;
}

/** The custom resources that stand for a version, or for several. */
const VERSION_TYPES = [IMAGE_ALIAS_TYPE, IMAGE_FEED_TYPE, IMAGE_VERSION_LIST_TYPE, IMAGE_VERSION_LOOKUP_TYPE];

function isVersion(resource: CfnResource): boolean {
  return sagemaker.CfnImageVersion.isCfnImageVersion(resource) || isCustom(resource);
}

function isCustom({ cfnResourceType }: CfnResource): boolean {
  return VERSION_TYPES.includes(cfnResourceType);
}

function isList({ cfnResourceType }: CfnResource): boolean {
  return cfnResourceType === IMAGE_VERSION_LIST_TYPE;
}

/** Returns the resources of other stacks that use each version. */
function usersOf({ resources }: StagePass, versions: Set<CfnResource>): Map<CfnResource, CfnResource[]> {
  const users = new Map<CfnResource, CfnResource[]>();
  for (const resource of versions.size > 0 ? resources : []) {
    referencedResources(resource).filter((target) => versions.has(target) && topLevelStack(target.stack) !== topLevelStack(resource.stack))
      .forEach((version) => users.set(version, [...users.get(version) ?? [], resource]));
  }
  return users;
}
