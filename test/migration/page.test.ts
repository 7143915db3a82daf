import { readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import * as imported from './imported';
import * as included from './included';
import * as keepL1s from './keep-l1s';
import * as l1s from './l1s';
import * as l2s from './l2s';
import { migrationFile } from './page';
import * as referenced from './referenced';
import { baseImage, stackIn, warningsOf } from '../helpers/fixtures';
import { pullStatementsIn } from '../helpers/policies';

const STACK = 'lib/notebooks-stack.ts';

/** Returns the ids of the warnings of a stack. */
function warningIds(file: { NotebooksStack: new (scope: Construct, id: string) => Stack }): (string | undefined)[] {
  const app = new App({ context: { domainId: 'd-abc123' } });
  return warningsOf(new file.NotebooksStack(app, 'Notebooks')).map(({ id }) => id);
}

// test/deploy/migration.test.ts deploys these files.
test.each([
  ['Your L1s', 'lib/torch.ts', 'torch.ts'],
  ['Your L1s', STACK, 'l1s.ts'],
  ['Keep your L1s', STACK, 'keep-l1s.ts'],
  ['Replace your L1s with L2s', STACK, 'l2s.ts'],
  ['Include a CloudFormation template', 'lib/torch.yaml', 'torch.yaml'],
  ['Include a CloudFormation template', STACK, 'included.ts'],
  ['Import from Terraform, StackQL or the console', STACK, 'imported.ts'],
  ['Leave resources where they are', STACK, 'referenced.ts'],
])('section "%s" of docs/migration.md has the %s that is tested', (heading, name, file) => {
  expect(migrationFile(heading, name)).toBe(readFileSync(join(__dirname, file), 'utf8'));
});

test.each([
  ['l1s', l1s], ['keep-l1s', keepL1s], ['l2s', l2s], ['included', included], ['imported', imported], ['referenced', referenced],
])('%s.ts has no warnings', (_, file) => {
  expect(warningIds(file)).toEqual([]);
});

test('an L2 can take the role of a CfnRole, as the page says', () => {
  const stack = stackIn();
  const cfnRole = new iam.CfnRole(stack, 'CfnRole', { assumeRolePolicyDocument: {} });
  const role = iam.Role.fromRoleArn(stack, 'Role', cfnRole.attrArn);
  new Image(stack, 'Torch', { role }).addVersion('V', { baseImage: baseImage('1') });
  expect(warningsOf(stack)).toEqual([]);
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Image', { ImageRoleArn: { 'Fn::GetAtt': ['CfnRole', 'Arn'] } });
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 1);
  expect(pullStatementsIn(stack)).toHaveLength(1);
});
