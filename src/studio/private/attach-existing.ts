import { Aspects, aws_iam as iam, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { AttachedImage } from './attached-image';
import { grantUse } from './execution-role';
import { ExistingTarget } from './existing-target';
import { namedRole } from './settings-roles';
import { describeTarget, ExistingTargetConfig } from './target-config';
import { grantUserProfiles } from './user-profiles';
import { AFTER_CHANGES } from '../../private/aspects';

/** Attaches an image during deployment, with the custom resource of the target. */
export function attachToExisting(image: AttachedImage, config: ExistingTargetConfig): ExistingTarget {
  const { attachment, imageVersion: version, executionRole: role } = image;
  const target = ExistingTarget.of(attachment, config);
  target.add(image, role && mayBePassed(role, image) ? role : undefined);
  grantUse({ attachment, version, role, whose: describeTarget(config), waiting: target.resource });
  // The app can set the roles of its user profiles until synth.
  const known = role ? [namedRole(role)] : [];
  Aspects.of(attachment).add({
    visit: (node) => {
      if (node === attachment) {
        grantUserProfiles({ image, config, changes: target.resource, known });
      }
    },
  }, { priority: AFTER_CHANGES });
  return target;
}

/** The settings of a space have no execution role, and a role of another account cannot be passed. */
function mayBePassed(role: iam.IRole, { attachment, settings }: AttachedImage): boolean {
  return settings !== 'SpaceSettings' && Token.compareStrings(role.env.account, Stack.of(attachment).account) !== TokenComparison.DIFFERENT;
}
