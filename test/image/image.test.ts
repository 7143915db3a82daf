import { App, aws_iam as iam, CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Image } from 'cdk-sagemaker-images';
import { agnosticStack, HERE, OTHER_ACCOUNT, OTHER_REGION, stackIn } from '../helpers/fixtures';

const IMAGE = 'AWS::SageMaker::Image';

describe('a new image', () => {
  test('renders its name, display name, description, role and tags', () => {
    const stack = stackIn();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    new Image(stack, 'Torch', {
      imageName: 'torch', displayName: 'PyTorch', description: 'For notebooks', tags: { team: 'ml', cost: '42' }, role,
    });
    Template.fromStack(stack).hasResource(IMAGE, {
      Properties: {
        ImageName: 'torch',
        ImageDisplayName: 'PyTorch',
        ImageDescription: 'For notebooks',
        ImageRoleArn: stack.resolve(role.roleArn),
        Tags: [{ Key: 'cost', Value: '42' }, { Key: 'team', Value: 'ml' }],
      },
    });
  });

  test('renders only its name and role by default', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const [{ Properties: properties }] = Object.values(Template.fromStack(stack).findResources(IMAGE));
    expect(properties).toEqual({ ImageName: image.imageName, ImageRoleArn: stack.resolve(image.role.roleArn) });
  });

  test('keeps the case of an explicit name', () => {
    const stack = stackIn();
    expect(new Image(stack, 'Torch', { imageName: 'PyTorch-2.4' }).imageName).toBe('PyTorch-2.4');
    Template.fromStack(stack).hasResourceProperties(IMAGE, { ImageName: 'PyTorch-2.4' });
  });

  // The id is a public contract: changing it would replace the images of all users.
  test("has its CloudFormation resource under the id 'Resource'", () => {
    expect(new Image(stackIn(), 'Torch').node.defaultChild?.node.id).toBe('Resource');
  });

  test('also takes tags from Tags.of()', () => {
    const stack = stackIn();
    Tags.of(new Image(stack, 'Torch', { tags: { team: 'ml' } })).add('stage', 'prod');
    Template.fromStack(stack).hasResourceProperties(IMAGE, { Tags: [{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'ml' }] });
  });

  test('has the ARN that CloudFormation returns', () => {
    const stack = stackIn();
    const image = new Image(stack, 'Torch');
    const ref = { Ref: stack.getLogicalId(image.node.defaultChild as any) };
    expect(stack.resolve(image.imageArn)).toEqual(ref);
    expect(stack.resolve(image.imageRef)).toEqual({ imageArn: ref });
  });
});

describe('the role of an image', () => {
  test('trusts only SageMaker, and only for images and image versions of the account and Region of the stack', () => {
    const stack = agnosticStack();
    new Image(stack, 'Torch');
    const source = (kind: string) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sagemaker:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${kind}`]],
    });
    expect(trustIn(stack)).toEqual({
      Version: '2012-10-17',
      Statement: [{
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': [source('image'), source('image/*'), source('image-version'), source('image-version/*')] } },
      }],
    });
  });

  // The two pages of the developer guide on confused deputies differ, so every form that they show has to work.
  describe.each<[string, { account?: string; region?: string } | undefined]>([
    ['that is known', HERE], ['with an unknown account', { region: HERE.region }], ['with an unknown Region', { account: HERE.account }], ['that is unknown', {}],
  ])('in an environment %s', (_, env) => {
    const trust = () => {
      const stack = stackIn(env);
      new Image(stack, 'Torch');
      return trustIn(stack).Statement;
    };
    const asked = (arn: string, account?: string): Record<string, string> => ({ 'aws:SourceArn': arn, ...account && { 'aws:SourceAccount': account } });

    test.each(['image', 'image/*', 'image/torch', 'image-version', 'image-version/*', 'image-version/torch/1'].flatMap((resource) =>
      [undefined, '111111111111'].map((account) => [resource, account] as const)))('can be assumed for %s, if SageMaker sends the account %s', (resource, account) => {
      expect(isTrusted(trust(), asked(`arn:aws:sagemaker:eu-west-1:111111111111:${resource}`, account))).toBe(true);
    });

    test.each(['image', 'image/*', 'image-version', 'image-version/*'].flatMap((resource) => [
      asked(`arn:aws:sagemaker:eu-west-1:222222222222:${resource}`),
      asked(`arn:aws:sagemaker:eu-west-1:222222222222:${resource}`, '222222222222'),
      // The account is that of the ARN, whatever the other key says.
      asked(`arn:aws:sagemaker:eu-west-1:222222222222:${resource}`, '111111111111'),
      asked(`arn:aws:sagemaker:us-east-1:111111111111:${resource}`),
    ]))('cannot be assumed for another account or Region: %p', (sent) => {
      expect(isTrusted(trust(), sent)).toBe(false);
    });

    test.each<Record<string, string>>([{}, { 'aws:SourceAccount': '111111111111' }, asked('arn:aws:sagemaker:eu-west-1:111111111111:domain/d-1'), asked('arn:aws:sagemaker:eu-west-1:111111111111:images')])(
      'cannot be assumed for anything else: %p', (sent) => {
        expect(isTrusted(trust(), sent)).toBe(false);
      });
  });

  test('has no managed policies and no statements by default', () => {
    const stack = stackIn();
    new Image(stack, 'Torch');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is the given role, and no other is created', () => {
    const stack = stackIn();
    const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/teams/ml');
    const image = new Image(stack, 'Torch', { role });
    expect(image.role).toBe(role);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::Role', 0);
    template.hasResourceProperties(IMAGE, { ImageRoleArn: 'arn:aws:iam::111111111111:role/teams/ml' });
  });
});

describe('the removal policy of an image', () => {
  test.each([
    [undefined, 'Delete', 'Delete'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
    [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
  ])('%s renders the deletion policy %s and the update-replace policy %s', (removalPolicy, deletion, replacement) => {
    const stack = stackIn();
    new Image(stack, 'Torch', { removalPolicy });
    Template.fromStack(stack).hasResource(IMAGE, { DeletionPolicy: deletion, UpdateReplacePolicy: replacement });
  });

  test('can be changed by applyRemovalPolicy', () => {
    const stack = stackIn();
    new Image(stack, 'Torch').applyRemovalPolicy(RemovalPolicy.RETAIN);
    Template.fromStack(stack).hasResource(IMAGE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('an image that is used in another stack', () => {
  test('is an import of its ARN in the same account and Region', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: HERE });
    const user = new Stack(app, 'User', { env: HERE });
    const image = new Image(owner, 'Torch');
    new CfnOutput(user, 'Arn', { value: image.imageArn });
    expect(Object.values(Template.fromStack(owner).findOutputs('*'))).toHaveLength(1);
    Template.fromStack(user).hasOutput('Arn', { Value: { 'Fn::ImportValue': Match.stringLikeRegexp('^Owner:ExportsOutputRefTorch') } });
  });

  // Stack exports do not cross accounts or Regions, so the name has to be known at synth time.
  test.each([['account', OTHER_ACCOUNT], ['Region', OTHER_REGION]])('has a literal ARN in another %s', (_, env) => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: HERE });
    const user = new Stack(app, 'User', { env });
    const generated = new Image(owner, 'Torch');
    const named = new Image(owner, 'Named', { imageName: 'PyTorch' });
    new CfnOutput(user, 'Generated', { value: generated.imageArn });
    new CfnOutput(user, 'Named', { value: named.imageArn });
    const arn = (name: string) => ({ Value: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:sagemaker:eu-west-1:111111111111:image/${name}`]] } });
    const template = Template.fromStack(user);
    template.hasOutput('Generated', arn(generated.imageName));
    // SageMaker lower-cases names in ARNs.
    template.hasOutput('Named', arn('pytorch'));
  });

  test('gives its default role a physical name for another account', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: HERE });
    const user = new Stack(app, 'User', { env: OTHER_ACCOUNT });
    const image = new Image(owner, 'Torch');
    new CfnOutput(user, 'Role', { value: image.role.roleArn });
    const [role] = Object.values(Template.fromStack(owner).findResources('AWS::IAM::Role'));
    expect(role.Properties.RoleName).toMatch(/^[\w-]+$/);
  });
});

describe('isImage', () => {
  test('is true for an image', () => {
    expect(Image.isImage(new Image(stackIn(), 'Torch'))).toBe(true);
  });

  // An image of another copy of the library is not an instance of the class of this copy.
  test('is true for an image of another copy of the library', () => {
    expect(Image.isImage({ [Symbol.for('cdk-sagemaker-images.Image')]: true })).toBe(true);
  });

  test.each([[undefined], [null], ['image'], [42], [{}], [stackIn()]])('is false for %p', (value) => {
    expect(Image.isImage(value)).toBe(false);
  });
});

/** Returns the trust policy of the only role of a stack. */
function trustIn(stack: Stack): any {
  const [{ Properties: role }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  return role.AssumeRolePolicyDocument;
}

/** Whether statements with one `ArnLike` condition allow a request, in account 111111111111 and eu-west-1. IAM compares each part of an ARN. */
function isTrusted(statements: any[], sent: Record<string, string>): boolean {
  const values: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111111111111' };
  const textOf = (value: any): string => typeof value === 'string' ? value : values[value.Ref]
    ?? value['Fn::Sub']?.replace(/\$\{(.*?)\}/g, (_: string, name: string) => values[name]) ?? value['Fn::Join'][1].map(textOf).join('');
  const part = (pattern: string) => new RegExp(`^${pattern.replace(/\*/g, '.*')}$`);
  const arnLike = (pattern: string, arn: string) => pattern.split(':').length === arn.split(':').length
    && pattern.split(':').every((wanted, index) => part(wanted).test(arn.split(':')[index]));
  return statements.some(({ Condition: { ArnLike, ...others } }) => {
    expect(others).toEqual({});
    return Object.entries<any[]>(ArnLike).every(([key, patterns]) => key in sent && patterns.some((pattern) => arnLike(textOf(pattern), sent[key])));
  });
}
