import type { Template } from '../../scripts/examples/synth';

/** Expects the template of an app that attaches a Dockerfile, as JupyterLab, to an existing domain with a known execution role. */
export function expectStudioImage({ Resources: resources }: Template, domainId: string): void {
  const all = Object.entries(resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
  expect(all.map(([, { Type }]) => Type).sort()).toEqual([
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Policy',
    'AWS::IAM::Policy',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::SageMaker::AppImageConfig',
    'AWS::SageMaker::Image',
    'AWS::SageMaker::ImageVersion',
    'Custom::SageMakerContainerImage',
    'Custom::SageMakerStudioAttachments',
  ]);
  const [[, image], [version, { Properties: { BaseImage: baseImage } }], [, config], [, attachment]] =
    ['AWS::SageMaker::Image', 'AWS::SageMaker::ImageVersion', 'AWS::SageMaker::AppImageConfig', 'Custom::SageMakerStudioAttachments']
      .map((type) => all.find(([, { Type }]) => Type === type)!);
  expect(image.Properties).toMatchObject({ ImageDisplayName: 'PyTorch' });
  expect(JSON.stringify(baseImage)).toContain('/cdk-hnb659fds-container-assets-');
  expect(config.Properties).toMatchObject({ JupyterLabAppImageConfig: expect.anything() });
  expect(attachment.Properties).toMatchObject({
    DomainId: domainId,
    DefaultUserSettings: {
      JupyterLabAppSettings: {
        CustomImages: [{
          ImageName: image.Properties.ImageName,
          AppImageConfigName: config.Properties.AppImageConfigName,
          ImageVersionNumber: { 'Fn::GetAtt': [version, 'Version'] },
        }],
      },
    },
  });
}
