import { App, aws_iam as iam, aws_servicecatalog as servicecatalog, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ImmutablePolicy } from '../../src/provider/private/immutable-policy';
import { errorOf, stackIn } from '../helpers/fixtures';

/** Creates a policy with one statement, whose resource has so many characters. */
function policyOf(length: number): Stack {
  const stack = stackIn();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  new ImmutablePolicy(stack, 'Permissions', role).addStatements(new iam.PolicyStatement({ actions: ['a:b'], resources: ['x'.repeat(length)] }));
  return stack;
}

const problemsOf = (stack: Stack) => errorOf(() => (stack.node.root as App).synth());

describe('the policy of the function', () => {
  const AROUND = '{"Statement":[{"Action":"a:b","Effect":"Allow","Resource":""}],"Version":"2012-10-17"}'.length;

  test('may have as many characters as IAM allows', () => {
    expect(problemsOf(policyOf(6144 - AROUND))).toBeUndefined();
  });

  test('may not have one more', () => {
    expect(problemsOf(policyOf(6145 - AROUND))).toContain("the attachments of stack 'Stack' need a policy of 6145 characters, IAM allows 6144: attach to the domain instead of to each of its user profiles and spaces");
  });

  test('has a short logical id that changes with its permissions', () => {
    const [one, same, other] = [5, 5, 6].map((length) => Object.keys(Template.fromStack(policyOf(length)).findResources('AWS::IAM::ManagedPolicy')));
    expect(one).toEqual([expect.stringMatching(/^SageMakerImagesPermissions[0-9A-F]{8}$/)]);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  // The newest CDK resolves the logical ids in a product in the stack around it too, for its metadata.
  test('can refer to other resources of a product', () => {
    const product = new servicecatalog.ProductStack(stackIn(), 'Product');
    const role = new iam.Role(product, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new ImmutablePolicy(product, 'Permissions', role).addStatements(new iam.PolicyStatement({ actions: ['a:b'], resources: [role.roleArn] }));
    expect(problemsOf(product)).toBeUndefined();
  });
});
