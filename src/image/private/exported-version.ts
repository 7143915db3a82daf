import { aws_sagemaker as sagemaker, CfnOutput, CfnResource } from 'aws-cdk-lib';
import { ownerOf } from '../../private/dependencies';
import { resolveReferences } from '../../private/references';
import type { StageCheck } from '../../private/stage-pass';
import { warn } from '../../private/warnings';
import { IMAGE_VERSION_LOOKUP_TYPE } from '../../provider/kinds/image-version-lookup';

/**
 * Warns of versions that other stacks import. CloudFormation refuses to change an imported value, and a new version has another
 * ARN and number. References between stacks are exports by now.
 */
export const warnOfExports: StageCheck = (pass) => pass.constructs
  .filter((construct): construct is CfnOutput => CfnOutput.isCfnElement(construct) && 'exportName' in construct && construct.exportName !== undefined)
  .forEach((output) => {
    const { value, targets } = resolveReferences(output.value, output);
    targets.filter(CfnResource.isCfnResource).filter((target) => isVersion(target) && changes(target, value)).forEach((target) => {
      warn(ownerOf(target), 'imageVersionExported',
        `stack '${output.stack.node.path}' exports its ARN or number, and CloudFormation does not change a value that another stack imports, so the next version `
        + 'cannot be deployed: attach it with a StudioAttachment, with defaultImage for a default, or pass the value in an SSM parameter');
    });
  });

function isVersion(resource: CfnResource): boolean {
  return sagemaker.CfnImageVersion.isCfnImageVersion(resource) || resource.cfnResourceType === IMAGE_VERSION_LOOKUP_TYPE;
}

/** Whether a value contains an attribute that another version changes. The image of a version stays the same. */
function changes({ node }: CfnResource, value: unknown): boolean {
  return JSON.stringify(value).replaceAll(`${node.path}.ImageArn"`, '').includes(`${node.path}.`);
}
