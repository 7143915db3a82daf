import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { describeTarget, idsOf, TargetConfig } from './target-config';
import { domainKey } from './user-profiles';
import { groupBy } from '../../private/collections';
import { once, stageOf } from '../../private/once';
import { resolveReferences } from '../../private/references';
import { StageCheck, StagePass } from '../../private/stage-pass';

/** A default image and its target. */
interface Default {
  readonly image: AttachedImage;
  readonly target: TargetConfig;
}

/** Checks that an app of a target has one default image in the whole app, no matter how the target is given. */
export function checkOneDefault(image: AttachedImage, target: TargetConfig): void {
  if (image.defaultImage) {
    const { root } = image.attachment.node;
    StagePass.add(root, reportSecondDefaults);
    defaultsIn(root).push({ image, target });
  }
}

function defaultsIn(root: IConstruct): Default[] {
  return once(root, reportSecondDefaults, (): Default[] => []);
}

const reportSecondDefaults: StageCheck = (pass) => groupBy(defaultsIn(pass.stage), keyOf).forEach(([{ image, target }, ...others]) =>
  others.forEach(({ image: { attachment } }) => pass.report(attachment,
    `${image.attachment.node.path} is the default ${image.appType} image of ${target.resource ? target.resource.node.path : describeTarget(target)} already: `
    + 'set defaultImage of one of them only')));

/** Returns the same key for the same app of the same target, as far as known at synth. */
function keyOf({ image: { attachment, settings, appType }, target }: Default): string {
  const stack = Stack.of(target.resource ?? attachment);
  const { domainId, userProfileName, spaceName } = idsOf(target);
  // The settings distinguish a user profile from a space of the same name.
  const { value: name } = resolveReferences(userProfileName ?? spaceName, stack);
  // Stages can be deployed to different environments, unless these are known.
  const isKnown = !Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region);
  return JSON.stringify([isKnown ? null : stageOf(stack).node.path, domainKey(stack, domainId), name, settings, appType]);
}
