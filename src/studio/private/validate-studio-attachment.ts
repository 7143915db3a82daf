import { aws_sagemaker as sagemaker, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { appTypesOf } from './app-image-config-facts';
import { ExistingPlace, keyOfPlace, MAX_IMAGES, nameOfSettings, OWNER, settingsFor, StudioPlace } from './places';
import { checkRole } from '../../image/private/validate-image';
import { cfnResourceOf } from '../../private/dependencies';
import { Problems, quote } from '../../private/problems';
import type { StudioAppType } from '../studio-app';
import type { StudioAttachmentProps } from '../studio-attachment';
import type { StudioTarget } from '../studio-target';

/** Where something is, as stacks and resources say it. */
interface Environment {
  readonly account: string;
  readonly region: string;
}

const DOMAIN_ID = /^d-(-*[a-z0-9]){1,61}$/;
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** What to give for a target. */
export const TARGET = "give StudioTarget.existingDomain('d-abc123') or another";

/** Everything that can be wrong with an attachment. */
export function validateStudioAttachment(scope: Construct, props: StudioAttachmentProps): void {
  const problems = new Problems();
  const { imageVersion, appImageConfig, target } = props;
  const place = problems.instance('target', target, '_place', TARGET) && checkIds(problems, target._place) ? target._place : undefined;
  const where = Stack.of(place?.resource ?? scope);
  if (problems.instance('imageVersion', imageVersion, 'imageVersionRef', 'give an ImageVersion, an import or a CfnImageVersion')) {
    checkEnvironment(problems, 'imageVersion', imageVersion, where);
  }
  if (problems.instance('appImageConfig', appImageConfig, 'appImageConfigRef', 'give an AppImageConfig, an import or a CfnAppImageConfig')) {
    checkEnvironment(problems, 'appImageConfig', appImageConfig, where);
    checkAppType(problems, appImageConfig, place);
  }
  checkExecutionRole(problems, target, where);
  problems.throwIfAny(scope);

  if (!place!.resource && Token.isUnresolved(keyOfPlace(place!))) {
    scope.node.addValidation({ validate: () => lateIds(scope, place as ExistingPlace) });
  }
}

function checkAppType(problems: Problems, appImageConfig: sagemaker.IAppImageConfigRef, place: StudioPlace | undefined): void {
  const [appType, ...others] = appTypesOf(appImageConfig);
  if (appType === undefined) {
    problems.add(`appImageConfig ${appImageConfig.node.path} does not say which app it is for: `
      + 'import it by AppImageConfig.fromAppImageConfigAttributes, with its appType');
  } else if (others.length > 0) {
    problems.add(`appImageConfig ${appImageConfig.node.path} is for ${[appType, ...others].join(' and ')}: make one for each app`);
  } else if (place) {
    checkPlace(problems, appType, place);
  }
}

/**
 * Everything that can be wrong with the place of an image whose versions and configurations are all in one stack. Returns
 * whether there is a place at all.
 */
export function checkTarget(problems: Problems, image: Construct, appTypes: Set<StudioAppType>, target: StudioTarget): boolean {
  const isPlace = checkIds(problems, target._place);
  appTypes.forEach((appType) => checkPlace(problems, appType, target._place));
  if (!isPlace) {
    return false;
  }
  const here = Stack.of(image);
  const where = Stack.of(target._place.resource ?? image);
  checkAccountAndRegion(problems, `image ${quote(image.node.path)}`, here, where);
  checkStage(problems, `image ${quote(image.node.path)}`, image, where);
  checkExecutionRole(problems, target, where);
  return true;
}

/** A list that does not exist would be an error of the deployment, or none at all. */
function checkPlace(problems: Problems, appType: StudioAppType, { settings }: StudioPlace): void {
  if (MAX_IMAGES[settings][appType] === undefined) {
    problems.add(`${nameOfSettings(settings)} takes no image for ${appType}: attach it to `
      + `${settingsFor(appType).map(nameOfSettings).join(' or ')}, or choose ${Object.keys(MAX_IMAGES[settings]).join(' or ')}`);
  }
}

/** What a place is named by. Returns whether there is a place at all, whatever is wrong with its ids. */
export function checkIds(problems: Problems, place: StudioPlace): boolean {
  const owner = OWNER[place.settings];
  if ('resource' in place) {
    const type = `${owner.charAt(0).toUpperCase()}${owner.slice(1)}`;
    return problems.instance(owner, place.resource, 'cfnResourceType', `give a Cfn${type} of this app, or StudioTarget.existing${type} for one that exists already`);
  }
  if (problems.required('domainId', place.domainId, "give the id of a domain, for example 'd-abc123'")) {
    problems.pattern('domainId', place.domainId, DOMAIN_ID, "is no domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all");
  }
  if (owner !== 'domain' && problems.required(`${owner}Name`, place[`${owner}Name`], 'give its name in SageMaker')) {
    problems.pattern(`${owner}Name`, place[`${owner}Name`], NAME, 'is no such name: use 1 to 63 letters and digits, with hyphens between them');
  }
  return true;
}

/** The same for tokens that are known at synth. */
function lateIds(scope: Construct, place: ExistingPlace): string[] {
  const problems = new Problems();
  const known = (id: string | undefined) => {
    const value = Stack.of(scope).resolve(id);
    return typeof value === 'object' && value !== null ? id : value;
  };
  checkIds(problems, {
    ...place, domainId: known(place.domainId), userProfileName: known(place.userProfileName), spaceName: known(place.spaceName),
  });
  return problems.messages;
}

function checkExecutionRole(problems: Problems, target: StudioTarget | undefined, where: Stack): void {
  const role = target?.executionRole;
  if (checkRole(problems, 'executionRole', role) && role) {
    checkOwn(problems, 'executionRole', role, where);
  }
}

function checkEnvironment(problems: Problems, name: string, given: IConstruct & { env: Environment }, where: Stack): void {
  checkAccountAndRegion(problems, `${name} ${quote(given.node.path)}`, given.env, where);
  checkOwn(problems, name, given, where);
}

/** What this app makes is there for the constructs of its own stage only. */
function checkOwn(problems: Problems, name: string, given: IConstruct, where: Stack): void {
  if (cfnResourceOf(given)) {
    checkStage(problems, `${name} ${quote(given.node.path)}`, given, where);
  }
}

/** A domain takes images of its own account and Region. */
function checkAccountAndRegion(problems: Problems, what: string, { account, region }: Environment, where: Stack): void {
  const differ = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (differ(account, where.account) || differ(region, where.region)) {
    problems.add(`${what} is in ${account}/${region} and the target in ${where.account}/${where.region}: `
      + 'Studio takes images of its own account and Region only');
  }
}

/** Stages are deployed apart. */
function checkStage(problems: Problems, what: string, given: IConstruct, where: Stack): void {
  const [stage, ofPlace] = [given, where].map((construct) => Stage.of(construct));
  if (stage !== ofPlace) {
    problems.add(`${what} is in ${describeStage(stage)} and the target in ${describeStage(ofPlace)}, `
      + 'which are deployed apart: import it there, or attach it in its own stage');
  }
}

function describeStage(stage?: Stage): string {
  return stage?.node.path ? `stage ${stage.node.path}` : 'the app itself';
}
