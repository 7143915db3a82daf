import { aws_sagemaker as sagemaker, CfnCondition, CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { groupBy } from './collections';
import { ownerOf } from './dependencies';
import { see } from './help';
import { once, stageOf } from './once';
import { finalValue } from './overrides';
import { quote } from './problems';
import { topLevelStack } from './stacks';
import { StageCheck, StagePass } from './stage-pass';
import { isUnknown } from './unknown';
import { warn } from './warnings';

/** The resources whose names are unique in an account and Region, and their properties. */
const KINDS: { readonly [type: string]: { readonly what: string; readonly property: string } } = {
  [sagemaker.CfnImage.CFN_RESOURCE_TYPE_NAME]: { what: 'image', property: 'imageName' },
  [sagemaker.CfnAppImageConfig.CFN_RESOURCE_TYPE_NAME]: { what: 'app image config', property: 'appImageConfigName' },
};

/** Checks the names of all images and app image configs of an app, in all of its stages. */
export function checkSharedNamesOf(scope: IConstruct): void {
  StagePass.add(scope, checkSharedNames);
  StagePass.add(scope.node.root, checkSharedNames);
}

/** The app is checked last, after its stages. Before the others, a stage is checked on its own, as long as it takes warnings. */
const checkSharedNames: StageCheck = (pass) => {
  const { stage } = pass;
  const checked = namedResources(stage);
  if (stage === stage.node.root && pass.hasStages) {
    // Stages that have L1s only.
    const others = stage.node.findAll().filter(isNamed).filter((resource) => ![stage, ...checked.keys()].includes(stageOf(resource)));
    groupBy(others, stageOf).forEach((resources, other) => checkStage(pass, checked.set(other, resources), other));
  }
  checkStage(pass, checked.set(stage, pass.resources.filter(isNamed)), stage);
};

/** Returns the resources with names by their stages, in the order of synthesis. */
function namedResources({ node: { root } }: IConstruct): Map<IConstruct, CfnResource[]> {
  return once(root, checkSharedNames, () => new Map<IConstruct, CfnResource[]>());
}

function isNamed(construct: IConstruct): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType in KINDS;
}

/** Checks the names of one stage against each other and those of stages before it, which have been checked already. */
function checkStage(pass: StagePass, checked: Map<IConstruct, CfnResource[]>, stage: IConstruct): void {
  const stages = [...checked.keys()];
  const upToStage = stages.slice(0, stages.indexOf(stage) + 1).flatMap((one) => checked.get(one)!);
  groupBy(upToStage, nameKeyOf).forEach((sharing) => sharing.forEach((resource, index) => {
    if (stageOf(resource) === stage) {
      checkShared(pass, resource, sharing.slice(0, index));
    }
  }));
}

/** Returns the same key for the same kind of resource with the same name. The name may be unknown, but the same in one stack. */
function nameKeyOf(resource: CfnResource): string {
  const name = nameOf(resource);
  const isKnown = typeof name === 'string' && !isUnknown(name);
  return `${resource.cfnResourceType} ${isKnown ? name.toLowerCase() : `${resource.stack.node.addr} ${JSON.stringify(name)}`}`;
}

function nameOf(resource: CfnResource): unknown {
  const { property } = KINDS[resource.cfnResourceType];
  return resource.stack.resolve(finalValue(resource, property[0].toUpperCase() + property.slice(1)));
}

/** Reports a name that one of the former resources has in the same environment, or warns if it may have it there. */
function checkShared(pass: StagePass, resource: CfnResource, former: CfnResource[]): void {
  const found = former.map((other) => ({ other, isSure: isSurelyTogether(resource, other) })).filter(({ isSure }) => isSure !== undefined);
  const shared = found.find(({ isSure }) => isSure) ?? found[0];
  if (shared) {
    const { what, property } = KINDS[resource.cfnResourceType];
    const name = nameOf(resource);
    const problem = `the ${what} name${typeof name === 'string' ? ` ${quote(name)}` : ''} is also that of ${ownerOf(shared.other).node.path}`;
    const remedy = `give one of them another ${property}, or leave it out`;
    if (shared.isSure) {
      pass.report(ownerOf(resource), `${problem}, and names are unique in an account and Region: ${remedy}${see('A name is used twice')}`);
    } else {
      warn(ownerOf(resource), 'sharedName', `${problem}. If both exist in one account and Region at the same time, a deployment fails: ${remedy}`);
    }
  }
}

/** Whether two resources exist in one account and Region at the same time, or undefined if they do not or can be expected not to. */
function isSurelyTogether(one: CfnResource, other: CfnResource): boolean | undefined {
  const [conditions, otherConditions] = [one, other].map(conditionsOf);
  const areEqual = conditions.length === otherConditions.length && conditions.every((condition) => otherConditions.includes(condition));
  // Different conditions may exclude each other.
  if (!areEqual && conditions.length > 0 && otherConditions.length > 0) {
    return undefined;
  }
  const compared = isSameEnvironment(one.stack, other.stack);
  return compared === undefined ? undefined : compared && areEqual;
}

/** Whether two stacks are deployed to one account and Region: false if it is unknown, and undefined if they are not. */
function isSameEnvironment(one: Stack, other: Stack): boolean | undefined {
  if (topLevelStack(one) === topLevelStack(other)) {
    return true;
  }
  const compared = [Token.compareStrings(one.account, other.account), Token.compareStrings(one.region, other.region)];
  return compared.includes(TokenComparison.DIFFERENT) ? undefined : compared.every((comparison) => comparison === TokenComparison.SAME);
}

/** Returns the conditions under which a resource exists: its own, and those of the nested stacks that contain it. */
function conditionsOf(resource: CfnResource): CfnCondition[] {
  const { cfnOptions: { condition }, stack: { nestedStackResource } } = resource;
  return [...condition ? [condition] : [], ...nestedStackResource ? conditionsOf(nestedStackResource as CfnResource) : []];
}
