import { aws_sagemaker as sagemaker, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { appTypesOf } from './app-image-config-facts';
import { lowerFirst, upperFirst } from './merged-settings';
import {
  ExistingTargetConfig, factoriesFor, hasList, keyOfTarget, MAX_IMAGES, noImagesFor, OwnedTargetConfig, takesDefault, TARGET_PARAMETER,
  TargetConfig,
} from './target-config';
import { checkId, withTokens } from './target-ids';
import { checkRole } from '../../image/private/validate-image';
import { cfnResourceOf } from '../../private/dependencies';
import { see } from '../../private/help';
import { Problems, quote } from '../../private/problems';
import { describeStage } from '../../private/same-stage';
import type { StudioAppType } from '../studio-app';
import type { StudioAttachmentProps } from '../studio-attachment';
import type { StudioTarget } from '../studio-target';

/** The account and Region of a stack or a resource. */
interface Environment {
  readonly account: string;
  readonly region: string;
}

/** The kinds of values that are accepted as a target. */
export const TARGET = "a StudioTarget, for example StudioTarget.existingDomain('d-abc123')";

/** Checks the properties of an attachment. */
export function validateStudioAttachment(scope: Construct, props: StudioAttachmentProps): void {
  const problems = new Problems();
  const { imageVersion, appImageConfig, target, defaultImage } = props;
  const config = problems.instance('target', target, '_config', TARGET) && checkIds(problems, target._config) ? target._config : undefined;
  const where = Stack.of(config?.resource ?? scope);
  if (problems.instance('imageVersion', imageVersion, 'imageVersionRef', 'an ImageVersion, an import or a CfnImageVersion')) {
    checkEnvironment(problems, 'imageVersion', imageVersion, where);
  }
  if (problems.instance('appImageConfig', appImageConfig, 'appImageConfigRef', 'an AppImageConfig, an import or a CfnAppImageConfig')) {
    checkEnvironment(problems, 'appImageConfig', appImageConfig, where);
    checkAppType(problems, appImageConfig, config, defaultImage);
  }
  problems.boolean('defaultImage', defaultImage);
  checkExecutionRole(problems, target, where);
  problems.throwIfAny(scope);

  // Only ids of existing targets are tokens.
  if (Token.isUnresolved(keyOfTarget(config!))) {
    scope.node.addValidation({ validate: () => lateIds(scope, config as ExistingTargetConfig) });
  }
}

function checkAppType(
  problems: Problems, appImageConfig: sagemaker.IAppImageConfigRef, target: TargetConfig | undefined, defaultImage: boolean | undefined,
): void {
  const [appType, ...others] = appTypesOf(appImageConfig);
  if (appType === undefined) {
    problems.add(`appImageConfig ${appImageConfig.node.path} does not say which app it is for: `
      + 'import it by AppImageConfig.fromAppImageConfigAttributes, with its appType');
  } else if (others.length > 0) {
    problems.add(`appImageConfig ${appImageConfig.node.path} is for ${[appType, ...others].join(' and ')}: make one for each app`);
  } else if (target) {
    checkSupported(problems, appType, target, defaultImage);
  }
}

/**
 * Checks a target of an image whose versions and configurations are all in one stack. Returns whether the target exists, even if
 * it is not valid.
 */
export function checkTarget(
  problems: Problems, image: Construct, appTypes: Set<StudioAppType>, target: StudioTarget, defaultImage?: boolean,
): boolean {
  const isTarget = checkIds(problems, target._config);
  appTypes.forEach((appType) => checkSupported(problems, appType, target._config, defaultImage));
  if (!isTarget) {
    return false;
  }
  const where = Stack.of(target._config.resource ?? image);
  checkAccountAndRegion(problems, `image ${quote(image.node.path)}`, Stack.of(image), where);
  checkStage(problems, `image ${quote(image.node.path)}`, image, where);
  checkExecutionRole(problems, target, where);
  return true;
}

/** Checks that the target has a list for the kind of app, or takes a default image. Otherwise, the deployment may fail, or ignore the image. */
function checkSupported(problems: Problems, appType: StudioAppType, target: TargetConfig, defaultImage = false): void {
  const { settings } = target;
  if (hasList(settings, appType) || (defaultImage && takesDefault(settings, appType))) {
    return;
  }
  const apps = (Object.keys(MAX_IMAGES[settings]) as StudioAppType[]).map((supported) => `StudioApp.${lowerFirst(supported)}`);
  problems.add(`${noImagesFor(appType, settings)}${takesDefault(settings, appType) ? ', except for a default: set defaultImage,' : ':'} `
    + `use ${factoriesFor(appType, target).join(' or ')}, or keep the target and use ${apps.join(' or ')}${see('A target does not take the app')}`);
}

/** Checks the resource or the ids of a target. Returns whether the target exists, even if its ids are not valid. */
function checkIds(problems: Problems, target: TargetConfig): boolean {
  const parameter = TARGET_PARAMETER[target.settings];
  if ('resource' in target) {
    return checkResource(problems, parameter, target as OwnedTargetConfig);
  }
  checkId(problems, 'domainId', target.domainId);
  if (parameter !== 'domain') {
    checkId(problems, `${parameter}Name`, target[`${parameter}Name`]);
  }
  return true;
}

/** Checks the L1 of an owned target, whose settings become the given ones together with the images. */
function checkResource(problems: Problems, parameter: string, { resource, settings }: OwnedTargetConfig): boolean {
  const type = upperFirst(parameter);
  const kind = `a Cfn${type} (for an existing one, use StudioTarget.existing${type})`;
  if (!problems.instance(parameter, resource, 'cfnResourceType', kind)) {
    return false;
  }
  if (resource.cfnResourceType !== `AWS::SageMaker::${type}`) {
    problems.add(`${parameter} must be ${kind}, got ${resource.node.path} of type ${resource.cfnResourceType}`);
    return false;
  }
  const isTyped = lowerFirst(settings) in resource;
  if (!isTyped) {
    problems.add(`${parameter} ${quote(resource.node.path)} is a generic CfnResource, whose settings cannot be extended: `
      + `make it a Cfn${type}, or attach to its id with StudioTarget.existing${type}`);
  }
  return isTyped;
}

/** Checks the ids again when tokens are known at synth. */
function lateIds(scope: Construct, target: ExistingTargetConfig): string[] {
  const problems = new Problems();
  const known = (id: string | undefined) => {
    const value = Stack.of(scope).resolve(id);
    return typeof value === 'object' && value !== null ? withTokens(value) : value;
  };
  checkIds(problems, {
    ...target, domainId: known(target.domainId), userProfileName: known(target.userProfileName), spaceName: known(target.spaceName),
  });
  return problems.messages;
}

function checkExecutionRole(problems: Problems, target: StudioTarget | undefined, where: Stack): void {
  const role = target?.executionRole;
  if (checkRole(problems, 'executionRole', role) && role) {
    checkOwned(problems, 'executionRole', role, where);
  }
}

function checkEnvironment(problems: Problems, name: string, given: IConstruct & { env: Environment }, where: Stack): void {
  checkAccountAndRegion(problems, `${name} ${quote(given.node.path)}`, given.env, where);
  checkOwned(problems, name, given, where);
}

/** Checks that an owned resource is in the stage of the target. */
function checkOwned(problems: Problems, name: string, given: IConstruct, where: Stack): void {
  if (cfnResourceOf(given)) {
    checkStage(problems, `${name} ${quote(given.node.path)}`, given, where);
  }
}

/** Checks that a resource is in the account and Region of the target. */
function checkAccountAndRegion(problems: Problems, what: string, { account, region }: Environment, where: Stack): void {
  const differ = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (differ(account, where.account) || differ(region, where.region)) {
    problems.add(`${what} is in ${account}/${region} and the target in ${where.account}/${where.region}: `
      + 'Studio takes images of its own account and Region only');
  }
}

/** Checks that a construct is in the stage of the target, because stages are deployed separately. */
function checkStage(problems: Problems, what: string, given: IConstruct, where: Stack): void {
  const [stage, ofTarget] = [given, where].map((construct) => Stage.of(construct));
  if (stage !== ofTarget) {
    problems.add(`${what} is in ${describeStage(stage)} and the target in ${describeStage(ofTarget)}, `
      + 'which are deployed separately: import it there, or attach it in its own stage' + see('Stages are deployed separately'));
  }
}
