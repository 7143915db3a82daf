import { createHash } from 'crypto';
import { Aspects, aws_iam as iam, CfnResource, CustomResource, Lazy, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Attached } from './attached';
import { allowUse } from './execution-role';
import { ExistingAttachments } from './existing-attachments';
import { appSettingsOf, describePlace, ExistingPlace } from './places';
import { namedRole } from './settings-roles';
import { allowUserProfiles } from './user-profiles';
import { AFTER_CHANGES } from '../../private/aspects';
import { cfnResourceOf, dependOn } from '../../private/dependencies';
import { ATTACHMENT_TYPE, AttachmentProperties, statementsFor } from '../../provider/attachment';
import { ImagesProvider } from '../../provider/images-provider';

/** Attaches when the stack is deployed, by a custom resource. */
export function attachToExisting(attachment: Construct, place: ExistingPlace, what: Attached): void {
  const { executionRole } = what.target;
  const passed = executionRole && mayBePassed(executionRole, attachment, place) ? executionRole : undefined;
  const properties: AttachmentProperties = {
    DomainId: place.domainId,
    UserProfileName: place.userProfileName,
    SpaceName: place.spaceName,
    Settings: place.settings,
    AppSettings: appSettingsOf(what.appType),
    ImageName: what.image.imageName,
    ImageVersionNumber: what.image.imageVersionNumber,
    AppImageConfigName: what.image.appImageConfigName,
    PassExecutionRole: passed && true,
  };
  const provider = ImagesProvider.of(attachment);
  provider.allow(...statementsFor(attachment, properties, passed));
  const { serviceToken, serviceTimeout } = provider;
  const resource = new CustomResource(attachment, 'Resource', { serviceToken, serviceTimeout, resourceType: ATTACHMENT_TYPE, properties })
    .node.defaultChild as CfnResource;
  resource.overrideLogicalId(Lazy.uncachedString({ produce: (context) => logicalIdOf(context.resolve(properties)) }));
  resource.node.addDependency(provider.lastingPermissions);

  // The name of the configuration is plain text, so nothing else makes the attachment wait for it.
  const config = cfnResourceOf(what.appImageConfig);
  if (config) {
    dependOn(resource, config);
  }
  allowUse({ attachment, version: what.imageVersion, role: executionRole, whose: describePlace(place), waiting: resource });
  // The app may set the roles that profiles name until synth.
  const known = executionRole ? [namedRole(executionRole)] : [];
  Aspects.of(resource).add({ visit: () => allowUserProfiles({ attachment, place, what, changes: resource, known }) }, { priority: AFTER_CHANGES });
  ExistingAttachments.of(attachment).add({ attachment, place, what, resource });
}

/**
 * The same as long as the attachment is about the same entry, wherever it stands in the app.
 *
 * To CloudFormation another logical id is another resource: it would make the new one, which finds its entry there already,
 * and then delete the former, which takes that entry out.
 */
function logicalIdOf({ ImageVersionNumber: _, PassExecutionRole: __, ImageName, AppImageConfigName, ...place }: AttachmentProperties): string {
  // The case of these names makes no difference to SageMaker.
  const entry = JSON.stringify([ImageName, AppImageConfigName]).toLowerCase();
  const hash = createHash('sha256').update(JSON.stringify(place)).update(entry).digest('hex');
  return `StudioAttachment${hash.slice(0, 16).toUpperCase()}`;
}

/** The settings of a space have no execution role, and IAM lets nobody pass a role of another account. */
function mayBePassed(role: iam.IRole, attachment: Construct, { settings }: ExistingPlace): boolean {
  return settings !== 'SpaceSettings' && Token.compareStrings(role.env.account, Stack.of(attachment).account) !== TokenComparison.DIFFERENT;
}
