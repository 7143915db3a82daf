import { App, CfnResource } from 'aws-cdk-lib';
import { StudioTarget } from 'cdk-sagemaker-images';
import { errorOf, stackIn } from '../helpers/fixtures';
import { attach, domainIn } from '../helpers/studio';

// CloudFormation names only logical ids.
test.each<[string, (user: CfnResource, domain: CfnResource) => void]>([
  ['depends on it', (user, domain) => user.addDependency(domain)],
  ['refers to it', (user, domain) => user.addPropertyOverride('Domain', domain.ref)],
])('an attachment to a domain cannot wait for a resource that %s', (_, use) => {
  const stack = stackIn();
  const domain = domainIn(stack);
  const attachment = attach(stack, StudioTarget.domain(domain));
  const user = new CfnResource(stack, 'User', { type: 'Custom::Any' });
  use(user, domain);
  attachment.node.addDependency(user);
  expect(errorOf(() => (stack.node.root as App).synth())).toContain('Stack/torch-attachment needs Stack/User, which waits for it: remove that dependency');
});
