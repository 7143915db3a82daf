import { aws_sagemaker as sagemaker, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as library from 'cdk-sagemaker-images';
import { expectOneAtATime } from '../helpers/deployment-graph';
import { baseImage, errorOf, stackIn } from '../helpers/fixtures';
import { secondCopy } from '../helpers/second-copy';
import { domainIn } from '../helpers/studio';

type Library = typeof library;

// Two copies of the library can be part of one app, for example if a construct library depends on another release of it.
describe('images of two copies of the library', () => {
  const copies: [string, Library][] = [['one', library], ['other', secondCopy()]];
  const attachTo = (stack: Stack, targetOf: (copy: Library) => library.StudioTarget, named = copies) => named.map(([name, copy]) =>
    new copy.StudioImage(stack, name, { imageName: name, baseImage: baseImage(name), app: copy.StudioApp.jupyterLab(), attachTo: [targetOf(copy)] }));
  const namesIn = (settings: any) => settings.JupyterLabAppSettings.CustomImages.map(({ ImageName }: any) => ImageName);

  test('are all attached to one owned domain, in each synth, and all detached from it, one at a time', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attachTo(stack, (copy) => copy.StudioTarget.domain(domain));
    for (const template of [1, 2].map(() => Template.fromStack(stack))) {
      const [{ Properties }] = Object.values(template.findResources('AWS::SageMaker::Domain'));
      expect(namesIn(Properties.DefaultUserSettings)).toEqual(['one', 'other']);
      const detachments = Object.values(template.findResources('Custom::SageMakerStudioDetachments'));
      expect(detachments.map((resource) => namesIn(resource.Properties.Targets.Domain.DefaultUserSettings))).toEqual([['one'], ['other']]);
    }
    expectOneAtATime(stack.node.root as any, stack.node.findAll().filter(CfnResource.isCfnResource)
      .filter(({ cfnResourceType }) => cfnResourceType === 'Custom::SageMakerStudioDetachments'));
  });

  test('are attached to owned targets of one stack', () => {
    const stack = stackIn();
    const targets = copies.map(([name]) => new sagemaker.CfnUserProfile(stack, `${name}-profile`, { domainId: 'd-1', userProfileName: name }));
    attachTo(stack, (copy) => copy.StudioTarget.userProfile(targets[copy === library ? 0 : 1]));
    Template.fromStack(stack).resourceCountIs('Custom::SageMakerStudioDetachments', 2);
  });

  test('are counted together', () => {
    const stack = stackIn();
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    copies.forEach(([name, copy]) => [0, 1, 2].forEach((index) => new copy.StudioImage(stack, `${name}${index}`, {
      baseImage: baseImage(`${name}${index}`), app: copy.StudioApp.kernelGateway({ kernelName: 'k' }), attachTo: [copy.StudioTarget.space(space)],
    })));
    expect(errorOf(() => Template.fromStack(stack))).toContain('CustomImages has 6 entries, at most 5 are allowed');
  });

  test('cannot both be attached to one existing domain in one stack, since they would be one resource', () => {
    const stack = stackIn();
    expect(errorOf(() => attachTo(stack, (copy) => copy.StudioTarget.existingDomain('d-abc')))).toMatch(
      /^Stack\/other\/.*: 1 problem\n {2}another copy of this library in the app also attaches images to domain d-abc in stack 'Stack': use one copy, or attach in another stack$/);
  });

  test('can be attached to different existing domains in one stack', () => {
    const stack = stackIn();
    attachTo(stack, (copy) => copy.StudioTarget.existingDomain(copy === library ? 'd-1' : 'd-2'));
    Template.fromStack(stack).resourceCountIs('Custom::SageMakerStudioAttachments', 2);
  });
});
