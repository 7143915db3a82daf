import { aws_iam as iam } from 'aws-cdk-lib';
import { Image } from 'cdk-sagemaker-images';
import { stackIn } from '../helpers/fixtures';
import { statementsIn } from '../helpers/policies';

const READ = 'DescribeImageVersion';

// The tests of grants judge all actions of SageMaker. An action that does not exist would not be one of them.
test.each<[('readVersions' | 'deleteVersions' | 'listVersions' | 'createVersion'), string[]]>([
  ['readVersions', [READ]],
  ['deleteVersions', ['DeleteImageVersion', READ]],
  ['listVersions', ['ListImageVersions']],
  ['createVersion', ['CreateImageVersion', READ]],
])('the policy of %s contains exactly its actions', (verb, actions) => {
  const stack = stackIn();
  Image.fromImageName(stack, 'Image', 'torch').grants[verb](new iam.Role(stack, 'Grantee', { assumedBy: new iam.AccountRootPrincipal() }));
  expect(statementsIn(stack).flatMap(({ Action }) => Action).sort()).toEqual(actions.map((action) => `sagemaker:${action}`).sort());
});
