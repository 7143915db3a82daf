import { App, Environment, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { BaseImage } from 'cdk-sagemaker-images';
import { IConstruct } from 'constructs';

export const HERE: Required<Environment> = { account: '111111111111', region: 'eu-west-1' };
export const OTHER_ACCOUNT: Required<Environment> = { account: '222222222222', region: 'eu-west-1' };
export const OTHER_REGION: Required<Environment> = { account: '111111111111', region: 'us-east-1' };

/** The page with a heading for each warning and for errors that need more explanation. */
export const TROUBLESHOOTING = 'https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md';

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Creates a stack in a new app. By default, its account and Region are known. */
export function stackIn(env: Environment | undefined = HERE, props: StackProps = {}): Stack {
  return new Stack(new App(), 'Stack', { env, ...props });
}

/** Creates an environment-agnostic stack in a new app. */
export function agnosticStack(): Stack {
  return new Stack(new App(), 'Stack');
}

/** Returns the URI of a container image in the account and Region of `HERE`. */
export function ecrUri(tag: string): string {
  return `${HERE.account}.dkr.ecr.${HERE.region}.amazonaws.com/torch:${tag}`;
}

/** Returns a base image that needs no construct. Each name is a different container image. A tag without a digit would add a warning. */
export function baseImage(name: string): BaseImage {
  return BaseImage.fromUri(ecrUri(/\d/.test(name) ? name : `${name}-1`));
}

/** Returns the path, id and message of every warning of a stack, without the link to the page that explains it. */
export function warningsOf(stack: Stack): { path: string; id?: string; text: string }[] {
  return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => {
    const [, text, warningId] = /^(.*?)(?:\. See \S+#\w+)?(?: \[ack: (.*)\])?$/s.exec(String(entry.data))!;
    return { path: id.replace(/^\//, ''), id: warningId, text };
  });
}

/** Returns the ids of the warnings of a construct, without those of its children. */
export function warningIdsOf(construct: IConstruct): (string | undefined)[] {
  return warningsOf(Stack.of(construct)).filter(({ path }) => path === construct.node.path).map(({ id }) => id);
}

/** Returns the message of the error that a function throws, or undefined. */
export function errorOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
