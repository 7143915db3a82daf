import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Image } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** An image whose role this library creates, with a version; `older` replaces its trust policy by that of the older AWS page. */
function app({ tag = 'a', older = false } = {}): (app: App) => void {
  return (root) => {
    const stack = new Stack(root, 'Images');
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    image.addVersion('V', { baseImage: torch(stack, tag) });
    if (older) {
      const arn = (kind: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:\${AWS::Region}:\${AWS::AccountId}:${kind}` });
      const role = image.node.findChild('Role').node.defaultChild as CfnResource;
      role.addPropertyOverride('AssumeRolePolicyDocument.Statement.0.Condition', {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ArnLike: { 'aws:SourceArn': [arn('image'), arn('image-version')] },
      });
    }
  };
}

const FORMS = ['image-version/*', 'image-version', 'image/*', 'image'];

describe.each(FORMS)('SageMaker sends aws:SourceArn …:%s', (form) => {
  scenario('and aws:SourceAccount: the role of an image creates a version and its replacement', async (cloud) => {
    await cloud.set({ image_role_source_arn: form, image_role_source_account: 'sent' });
    await cloud.deploy(app());
    await cloud.deploy(app({ tag: 'b' }));
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED', 'torch 2 CREATED']);
  });

  scenario('without aws:SourceAccount: the role of an image creates a version', async (cloud) => {
    await cloud.set({ image_role_source_arn: form, image_role_source_account: 'absent' });
    await cloud.deploy(app());
    expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED']);
  });
});

scenario('the trust policy of the older AWS page creates no version under the form of the newer one', async (cloud) => {
  await cloud.set({ image_role_source_arn: 'image-version', image_role_source_account: 'sent' });
  await cloud.deploy(app({ older: true }));

  await cloud.set({ image_role_source_arn: 'image-version/*' });
  await cloud.failToDeploy(app({ tag: 'b', older: true }));
  expect(cloud.aws.log()).toMatch(/image-version\/torch\/2 fails: Could not assume role/);
});
