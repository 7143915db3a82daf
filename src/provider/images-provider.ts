import { Stack, Stage, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import type { ImagesProviderOptions } from './images-provider-options';
import { Provider } from './private/provider';
import { configurationOf, setConfiguration } from './private/provider-configuration';
import { describe, Problems } from '../private/problems';

/**
 * The Lambda function that handles the custom resources of this library.
 *
 * Each stack with such resources has one function.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 * @example
 * ImagesProvider.configure(this, { vpc, architecture: lambda.Architecture.X86_64 });
 */
export class ImagesProvider {
  /**
   * Configures the functions of all stacks in an app or a stage, or the function of one stack.
   *
   * The configuration of a stack takes precedence over that of its stage, which takes precedence over that of the app. Call this
   * method before you create constructs of this library in the scope.
   *
   * Throws one error with all problems: options are not valid, the scope is already configured, or one of its stacks already has
   * its function.
   *
   * @param scope an app, a stage or a stack
   * @param options the options of the functions
   */
  public static configure(scope: IConstruct, options: ImagesProviderOptions): void {
    const problems = new Problems();
    checkScope(problems, scope);
    checkOptions(problems, options);
    problems.throwIfAny(Construct.isConstruct(scope) ? scope : 'ImagesProvider.configure');
    setConfiguration(scope, options);
  }

  private constructor() {}
}

function checkScope(problems: Problems, scope: IConstruct): void {
  if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
    problems.add('scope must be an app, a stage or a stack');
    return;
  }
  if (configurationOf(scope)) {
    problems.add('the provider is already configured: configure it once, with all options');
  }
  const existing = scope.node.findAll().find((construct) => Provider.isProvider(construct));
  if (existing) {
    problems.add(`stack ${Stack.of(existing).node.path} already has its function: configure it before you create constructs of this library in the stack`);
  }
}

function checkOptions(problems: Problems, options: ImagesProviderOptions): void {
  if (!problems.object('options', options, 'give { vpc } for example')) {
    return;
  }
  const {
    vpc, vpcSubnets, securityGroups, architecture, encryptionKey, reservedConcurrentExecutions, deadLetterQueue, permissionsBoundary, role,
  } = options;
  const optional = (name: keyof ImagesProviderOptions, value: unknown, member: string, kind: string) =>
    value === undefined || problems.instance(name, value, member, kind);
  optional('vpc', vpc, 'vpcId', 'a Vpc or an import by Vpc.fromLookup');
  optional('architecture', architecture, 'dockerPlatform', 'Architecture.X86_64 or Architecture.ARM_64');
  optional('encryptionKey', encryptionKey, 'keyArn', 'a Key or an import by Key.fromKeyArn');
  optional('deadLetterQueue', deadLetterQueue, 'queueArn', 'a Queue or an import by Queue.fromQueueArn');
  optional('permissionsBoundary', permissionsBoundary, 'managedPolicyArn', 'a ManagedPolicy or an import by ManagedPolicy.fromManagedPolicyName');
  optional('role', role, 'roleArn', 'a Role or an import by Role.fromRoleArn');
  problems.list('securityGroups', securityGroups, 'give [securityGroup] for example').forEach((group, index) =>
    problems.instance(`securityGroups[${index}]`, group, 'securityGroupId', 'a SecurityGroup or an import'));
  if (reservedConcurrentExecutions !== undefined && !Token.isUnresolved(reservedConcurrentExecutions)
    && !(Number.isInteger(reservedConcurrentExecutions) && reservedConcurrentExecutions >= 1)) {
    problems.add(`reservedConcurrentExecutions must be a whole number of 1 or more, got ${describe(reservedConcurrentExecutions)}`);
  }
  if (!vpc && vpcSubnets) {
    problems.add('vpcSubnets is set without vpc: give the VPC of the subnets');
  }
  if (!vpc && securityGroups) {
    problems.add('securityGroups is set without vpc: give the VPC of the security groups');
  }
  if (role && permissionsBoundary) {
    problems.add('permissionsBoundary is set together with role: set the boundary on that role');
  }
}
