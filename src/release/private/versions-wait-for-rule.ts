import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { imageNameOf } from '../../image/private/image-facts';
import { finalValue } from '../../private/overrides';
import { type StageCheck, StagePass } from '../../private/stage-pass';

/** By the last resource of a rule, the images that it is about: an empty list for all. */
const rules = new WeakMap<CfnResource, sagemaker.IImageRef[]>();

/**
 * Makes versions of the same stage wait for a rule about them, so that none of their events is lost.
 *
 * It adds no dependency that would close a circle.
 *
 * @param resource the last resource of the rule
 * @param images the images that the rule is about, by default all
 */
export function versionsWaitForRule(scope: Construct, resource: CfnResource, images: sagemaker.IImageRef[] = []): void {
  rules.set(resource, images);
  StagePass.add(scope, order, 'first');
}

const order: StageCheck = (pass) => {
  const versions = pass.resources.filter(sagemaker.CfnImageVersion.isCfnImageVersion);
  for (const resource of pass.resources.filter((one) => rules.has(one))) {
    const names = rules.get(resource)!.map((image) => nameIn(image, imageNameOf(image)));
    for (const version of versions) {
      const name = nameIn(version, finalValue(version, 'ImageName'));
      const isOther = names.length > 0 && name !== undefined && names.every((one) => one !== undefined && one !== name);
      if (!isOther && version.stack.environment === resource.stack.environment && !waitsFor(pass, resource, version)) {
        pass.order.wait(version, resource);
      }
    }
  }
};

/** Returns the name in lower case if it is known. */
function nameIn(construct: IConstruct, name: unknown): string | undefined {
  const resolved = Stack.of(construct).resolve(name);
  return typeof resolved === 'string' ? resolved.toLowerCase() : undefined;
}

function waitsFor(pass: StagePass, resource: CfnResource, version: CfnResource): boolean {
  const [own, its] = [topOf(resource.stack), topOf(version.stack)];
  return own === its ? pass.order.path(resource, version) !== undefined : dependsOn(own, its);
}

function topOf(stack: Stack): Stack {
  return stack.nestedStackParent ? topOf(stack.nestedStackParent) : stack;
}

function dependsOn(stack: Stack, target: Stack, seen = new Set<Stack>()): boolean {
  return stack.dependencies.some((one) => one === target || (!seen.has(one) && dependsOn(one, target, seen.add(one))));
}
