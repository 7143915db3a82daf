import { Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { appTypeOf } from './app-image-config-facts';
import { MAX_IMAGES, nameOfSettings, settingsFor, StudioPlace } from './places';
import { cfnResourceOf } from '../../private/dependencies';
import { Problems, quote } from '../../private/problems';
import type { StudioAppType } from '../studio-app';
import type { StudioAttachmentProps } from '../studio-attachment';

const DOMAIN_ID = /^d-(-*[a-z0-9]){1,61}$/;
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** What to give for a target. */
export const TARGET = "give StudioTarget.existingDomain('d-abc123') or another";

/** Everything that can be wrong with an attachment. */
export function validateStudioAttachment(scope: Construct, props: StudioAttachmentProps): void {
  const problems = new Problems();
  const { imageVersion, appImageConfig, target } = props;
  const place = problems.required('target', target, TARGET) ? target._place : undefined;
  const where = Stack.of(place?.resource ?? scope);
  if (problems.required('imageVersion', imageVersion, 'give an ImageVersion, an import or a CfnImageVersion')) {
    checkEnvironment(problems, 'imageVersion', imageVersion, where);
  }
  if (problems.required('appImageConfig', appImageConfig, 'give an AppImageConfig, an import or a CfnAppImageConfig')) {
    checkEnvironment(problems, 'appImageConfig', appImageConfig, where);
  }
  if (place) {
    checkIds(problems, place);
  }
  if (target?.executionRole) {
    checkStage(problems, 'executionRole', target.executionRole, where);
  }
  if (place && appImageConfig) {
    checkAppType(problems, props, place);
  }
  problems.throwIfAny(scope);
}

function checkAppType(problems: Problems, { appImageConfig }: StudioAttachmentProps, place: StudioPlace): void {
  const appType = appTypeOf(appImageConfig);
  if (appType === undefined) {
    problems.add(`appImageConfig ${appImageConfig.node.path} does not say which app it is for: `
      + 'import it by AppImageConfig.fromAppImageConfigAttributes, with its appType');
  } else {
    checkPlace(problems, appType, place);
  }
}

/** A list that does not exist would be an error of the deployment, or none at all. */
export function checkPlace(problems: Problems, appType: StudioAppType, { settings }: StudioPlace): void {
  if (MAX_IMAGES[settings][appType] === undefined) {
    problems.add(`${nameOfSettings(settings)} takes no image for ${appType}: attach it to `
      + `${settingsFor(appType).map(nameOfSettings).join(' or ')}, or choose ${Object.keys(MAX_IMAGES[settings]).join(' or ')}`);
  }
}

/** What names something that exists already. */
export function checkIds(problems: Problems, place: StudioPlace): void {
  if (place.resource) {
    return;
  }
  problems.pattern('domainId', place.domainId, DOMAIN_ID, "is no domain id: give 'd-' and lower-case letters or digits, at most 63 characters in all");
  const remedy = 'is no such name: use 1 to 63 letters and digits, with hyphens between them';
  problems.pattern('userProfileName', place.userProfileName, NAME, remedy);
  problems.pattern('spaceName', place.spaceName, NAME, remedy);
}

/** A domain takes images of its own account and Region. */
function checkEnvironment(problems: Problems, name: string, given: IConstruct & { env: { account: string; region: string } }, where: Stack): void {
  const { account, region } = given.env;
  const differ = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  if (differ(account, where.account) || differ(region, where.region)) {
    problems.add(`${name} ${quote(given.node.path)} is in ${account}/${region} and the target in ${where.account}/${where.region}: `
      + 'Studio takes images of its own account and Region only');
  }
  checkStage(problems, name, given, where);
}

/** What this app makes is there for the constructs of its own stage only: stages are deployed apart. */
function checkStage(problems: Problems, name: string, given: IConstruct, where: Stack): void {
  const [stage, ofPlace] = [given, where].map((construct) => Stage.of(construct));
  if (stage !== ofPlace && cfnResourceOf(given)) {
    problems.add(`${name} ${quote(given.node.path)} is in ${describeStage(stage)} and the target in ${describeStage(ofPlace)}, `
      + 'which are deployed apart: import it there, or attach it in its own stage');
  }
}

function describeStage(stage?: Stage): string {
  return stage?.node.path ? `stage ${stage.node.path}` : 'the app itself';
}
