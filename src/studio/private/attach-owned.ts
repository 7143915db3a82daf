import type { CfnResource } from 'aws-cdk-lib';
import { AttachedImage, configResourceOf } from './attached-image';
import { grantUse } from './execution-role';
import { OwnedDetachments } from './owned-detachments';
import { OwnedSettings } from './owned-settings';
import { executionRolesOf, namedRole } from './settings-roles';
import type { OwnedTargetConfig } from './target-config';
import { grantUserProfiles } from './user-profiles';
import { dependOn } from '../../private/dependencies';
import { topLevelStack } from '../../private/stacks';
import { warn } from '../../private/warnings';

/** Attaches an image in the template, in a property of the owned resource. */
export function attachToOwned(image: AttachedImage, config: OwnedTargetConfig): void {
  const { attachment, imageVersion: version, executionRole } = image;
  const { resource } = config;
  const appImageConfig = configResourceOf(image);
  if (appImageConfig) {
    dependOn(resource, appImageConfig);
    warnOfOtherStack(image, resource, appImageConfig);
  }
  const use = { attachment, version, whose: resource.node.path, waiting: resource };
  const settings = OwnedSettings.of(config);
  settings.images.push(image);
  OwnedDetachments.add(image, settings);
  if (executionRole) {
    grantUse({ ...use, role: executionRole });
  }
  // The app can set the roles in the settings as late as the settings themselves.
  settings.whenSet(() => {
    const roles = executionRole ? [namedRole(executionRole)] : executionRolesOf(config);
    if (!executionRole) {
      new Set(roles.map(({ role }) => role).filter((role) => role !== undefined)).forEach((role) => grantUse({ ...use, role }));
      const others = roles.filter(({ role }) => !role).map(({ key }) => key);
      if (roles.length === 0 || others.length > 0) {
        grantUse({ ...use, roleKey: others.join() || undefined });
      }
    }
    grantUserProfiles({ image, config, changes: resource, known: roles });
  });
}

/** The stack of the configuration is deployed first, also when the configuration is removed from the app. */
function warnOfOtherStack({ attachment }: AttachedImage, resource: CfnResource, appImageConfig: CfnResource): void {
  if (topLevelStack(resource.stack) !== topLevelStack(appImageConfig.stack)) {
    warn(attachment, 'studioConfigInOtherStack',
      `the app image config ${appImageConfig.node.path} is in a different stack from ${resource.node.path}. If both it and its attachment are removed `
      + `in one deployment, CloudFormation deletes it while ${resource.node.path} still refers to it: create it in stack '${resource.stack.node.path}'`);
  }
}
