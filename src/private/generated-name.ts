import { Names, PhysicalName } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The name that is given, or a generated one. What is no string, and is reported later, is no name. */
export function givenOrGeneratedName(scope: Construct, id: string, given: string | undefined): string {
  return typeof given === 'string' && given !== PhysicalName.GENERATE_IF_NEEDED ? given : generateName(scope, id);
}

/**
 * A name from the path of a construct, for resources whose name CloudFormation cannot generate: unique, lower case, at
 * most 63 letters, digits and single hyphens between them.
 *
 * The construct itself does not exist yet: it needs its name to be usable from other environments. So the path is asked
 * of constructs that stand in its place for a moment.
 */
function generateName(scope: Construct, id: string): string {
  const standIn = new Construct(scope, id);
  // With a child, the path is never so short that the name does without its hash, which tells upper from lower case.
  const name = Names.uniqueResourceName(new Construct(standIn, 'Resource'), { maxLength: 63, separator: '-', allowedSpecialCharacters: '-' });
  scope.node.tryRemoveChild(standIn.node.id);
  // SageMaker allows no two hyphens in a row in an image name, and none at the ends.
  return name.toLowerCase().replace(/-+/g, '-').replace(/^-|-$/g, '');
}
