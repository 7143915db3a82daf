import { Arn, ArnFormat, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkRemovalPolicy } from '../../image/private/validate-image';
import { checkUniqueToStack } from '../../private/generated-name';
import { describe, Problems, quote } from '../../private/problems';
import { checkTags } from '../../private/tags';
import type { AppImageConfigProps } from '../app-image-config';
import type { StudioApp, StudioContainerOptions, StudioKernelOptions } from '../studio-app';

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const ARN = /^arn:aws(-[\w]+)*:sagemaker:[a-z0-9-]+:\d{12}:app-image-config\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const MOUNT_PATH = /^\/.*/;
// The pairs in the developer guide. The schema allows all numbers up to 65535, but the app then fails to start.
const USERS = [{ uid: 0, gid: 0 }, { uid: 1000, gid: 100 }];
/** The minimum and maximum length of the value of a tag. */
export const TAG_VALUE: [number, number] = [1, 128];

/** Checks the properties of a configuration, including its app. */
export function validateAppImageConfigProps(scope: Construct, props: AppImageConfigProps): void {
  const problems = new Problems();
  checkName(problems, props.appImageConfigName);
  checkUniqueToStack(problems, 'appImageConfigName', { given: props.appImageConfigName, uniqueToStack: props.uniqueToStack });
  checkApp(problems, 'app', props.app);
  checkTags(problems, props.tags, TAG_VALUE);
  checkRemovalPolicy(problems, props.removalPolicy);
  problems.throwIfAny(scope);
}

/** Checks an app. */
export function checkApp(problems: Problems, name: string, app: StudioApp): boolean {
  const isApp = problems.instance(name, app, '_check', 'a StudioApp, for example StudioApp.jupyterLab()');
  if (isApp) {
    app._check(problems);
  }
  return isApp;
}

/** Checks an import by name. */
export function validateAppImageConfigName(scope: Construct, id: string, name: string): void {
  const problems = new Problems();
  checkName(problems, name, true);
  problems.throwIfAny(scope, id);
}

/** Checks an import by ARN. */
export function validateAppImageConfigArn(scope: Construct, id: string, arn: string): void {
  const problems = new Problems();
  if (problems.arn('appImageConfigArn', arn, ARN, 'an app image config', 'app-image-config/<name>')) {
    checkName(problems, Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName);
  }
  problems.throwIfAny(scope, id);
}

/** Checks the options of JupyterLab and Code Editor. */
export function checkContainer(problems: Problems, options: StudioContainerOptions): void {
  if (!problems.object('options', options, "give an object such as { containerArguments: ['--debug'] }, or leave it out")) {
    return;
  }
  const { containerArguments: args, containerEntrypoint: entrypoint, containerEnvironmentVariables: variables } = options;
  checkList(problems, 'containerArguments', args, 50, 64);
  checkList(problems, 'containerEntrypoint', entrypoint, 1, 256);
  const entries = problems.map('containerEnvironmentVariables', variables, "give { HF_HOME: '/models' } for example");
  checkCount(problems, 'containerEnvironmentVariables', entries.length, 25);
  entries.forEach(([name, value]) => {
    checkText(problems, `the environment variable name ${quote(name)}`, name, 256);
    checkText(problems, `the value of environment variable ${quote(name)}`, value, 256);
  });
}

/** Checks the options of a kernel. */
export function checkKernel(problems: Problems, options: StudioKernelOptions): void {
  if (!problems.object('options', options, "give an object such as { kernelName: 'python3' }")) {
    return;
  }
  problems.length('kernelName', options.kernelName, 1, 1024, true);
  problems.length('kernelDisplayName', options.kernelDisplayName, 1, 1024);
  if (problems.length('mountPath', options.mountPath, 1, 1024)) {
    problems.pattern('mountPath', options.mountPath, MOUNT_PATH, "is not an absolute path: start it with '/'");
  }
  const { defaultUid: uid = 1000, defaultGid: gid = 100 } = options;
  const matches = (wanted: number, given: number) => Token.isUnresolved(given) || wanted === given;
  if (!USERS.some((user) => matches(user.uid, uid) && matches(user.gid, gid))) {
    const shown = (value: number, given?: number) => given === undefined ? `${value} (the default)` : Token.isUnresolved(value) ? '(a token)' : describe(value);
    problems.add(`defaultUid ${shown(uid, options.defaultUid)} and defaultGid ${shown(gid, options.defaultGid)} are not supported by SageMaker: `
      + 'use 0 and 0, or 1000 and 100');
  }
}

/** Checks the name of a configuration. */
export function checkName(problems: Problems, name: string | undefined, isRequired = false, property = 'appImageConfigName'): boolean {
  return problems.name(property, name, 63, NAME,
    'is not a valid name of an app image config: use letters, digits and hyphens between them (unlike image names, no dots)', isRequired);
}

function checkList(problems: Problems, name: string, list: string[] | undefined, maxItems: number, maxLength: number): void {
  const items = problems.list(name, list, "give ['--debug'] for example");
  checkCount(problems, name, items.length, maxItems);
  items.forEach((item, index) => checkText(problems, `${name}[${index}]`, item, maxLength));
}

function checkCount(problems: Problems, name: string, count: number, max: number): void {
  if (count > max) {
    problems.add(`${name} has ${count} entries, at most ${max} ${max === 1 ? 'is' : 'are'} allowed`);
  }
}

function checkText(problems: Problems, name: string, text: string, max: number): void {
  if (problems.required(name, text, `give 1 to ${max} characters or leave it out`) && problems.length(name, text, 1, max) && !Token.isUnresolved(text) && text.trim() === '') {
    problems.add(`${name} is blank: give 1 to ${max} characters, not only spaces`);
  }
}
