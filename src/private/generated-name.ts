import { Names, PhysicalName } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Returns the given name, or a generated one. A name that is not a string counts as missing, because it is reported later. */
export function givenOrGeneratedName(scope: Construct, id: string, given: string | undefined): string {
  return typeof given === 'string' && given !== PhysicalName.GENERATE_IF_NEEDED ? given : generateName(scope, id);
}

/**
 * Generates a name from the path of a construct, for resources whose name CloudFormation cannot generate. The name is unique,
 * in lower case, and has at most 63 letters and digits, with single hyphens between them.
 *
 * The construct does not exist yet, because its constructor needs the name. So the path is taken from a temporary construct.
 */
function generateName(scope: Construct, id: string): string {
  const standIn = new Construct(scope, id);
  // With a child, the path is long enough for the name to have a hash, which distinguishes upper from lower case.
  const name = Names.uniqueResourceName(new Construct(standIn, 'Resource'), { maxLength: 63, separator: '-', allowedSpecialCharacters: '-' });
  scope.node.tryRemoveChild(standIn.node.id);
  // In an image name, SageMaker allows no consecutive hyphens, and no hyphen at the start or end.
  return name.toLowerCase().replace(/-+/g, '-').replace(/^-|-$/g, '');
}
