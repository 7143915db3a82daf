import { readFileSync } from 'fs';
import { join } from 'path';
import { EXAMPLES, synthExample, synthFolder, Template } from '../../scripts/examples/synth';

// Each example runs in a process of its own.
jest.setTimeout(60_000);

function countTypes({ Resources: resources }: Template): Record<string, number> {
  const types = Object.values(resources).map(({ Type }) => Type);
  return Object.fromEntries([...new Set(types)].sort().map((type) => [type, types.filter((other) => other === type).length]));
}

describe('examples/studio', () => {
  const lines = readFileSync(join(EXAMPLES, 'studio', 'app.ts'), 'utf8').split('\n');
  const code = lines.filter((line) => line.trim() !== '' && !/^(import| \*|\/\*)/.test(line));

  test('has at most ten lines of app code without the imports', () => {
    expect(code.length).toBeLessThanOrEqual(10);
  });

  test('creates an image, its version and its configuration, and attaches it with the one function of the stack', () => {
    const template = synthExample('studio', { domainId: 'd-other', executionRole: 'arn:aws:iam::123456789012:role/Theirs' });
    expect(countTypes(template)).toEqual({
      'AWS::IAM::ManagedPolicy': 1,
      // The pull of the base image, its check, and the use of the image by the execution role.
      'AWS::IAM::Policy': 3,
      'AWS::IAM::Role': 2,
      'AWS::Lambda::Function': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::SageMaker::AppImageConfig': 1,
      'AWS::SageMaker::Image': 1,
      'AWS::SageMaker::ImageVersion': 1,
      'Custom::SageMakerContainerImage': 1,
      'Custom::SageMakerStudioAttachments': 1,
    });
    const [attachment] = Object.values(template.Resources).filter(({ Type }) => Type === 'Custom::SageMakerStudioAttachments');
    const idOf = (type: string) => Object.entries(template.Resources).find(([, { Type }]) => Type === `AWS::SageMaker::${type}`)![0];
    expect(attachment.Properties).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: '1500',
      DomainId: 'd-other',
      PassExecutionRole: ['DefaultUserSettings'],
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: [{
            ImageName: template.Resources[idOf('Image')].Properties.ImageName,
            AppImageConfigName: template.Resources[idOf('AppImageConfig')].Properties.AppImageConfigName,
            ImageVersionNumber: { 'Fn::GetAtt': [idOf('ImageVersion'), 'Version'] },
          }],
        },
      },
    });
  });
});

describe('examples/studio-owned', () => {
  test('adds the image to both settings of the domain, for both apps, with one custom resource that detaches it', () => {
    const template = synthExample('studio-owned', { release: 2 });
    expect(countTypes(template)).toEqual({
      'AWS::IAM::ManagedPolicy': 2,
      'AWS::IAM::Policy': 3,
      'AWS::IAM::Role': 3,
      'AWS::Lambda::Function': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::SageMaker::AppImageConfig': 2,
      'AWS::SageMaker::Domain': 1,
      'AWS::SageMaker::Image': 1,
      'AWS::SageMaker::ImageVersion': 1,
      'Custom::SageMakerContainerImage': 1,
      'Custom::SageMakerStudioDetachments': 1,
    });
    const { DefaultUserSettings, DefaultSpaceSettings } = template.Resources.Domain.Properties;
    for (const settings of [DefaultUserSettings, DefaultSpaceSettings]) {
      for (const part of ['JupyterLabAppSettings', 'KernelGatewayAppSettings']) {
        expect(settings[part].CustomImages).toEqual([expect.objectContaining({ ImageName: 'torch', ImageVersionNumber: expect.anything() })]);
      }
    }
    expect(DefaultUserSettings.StudioWebPortal).toBe('ENABLED');
  });

  test('rejects an unknown release', () => {
    expect(() => synthExample('studio-owned', { release: 3 })).toThrow(/context value release '3' is unknown: use 1, 2/);
  });
});

describe('examples/unified-studio', () => {
  const context = { domainId: 'd-project', executionRole: 'arn:aws:iam::123456789012:role/datazone_usr_role_abc_def' };

  test('attaches the image to the SageMaker AI domain of the project, for both apps, without a warning', () => {
    const { template, messages } = synthFolder(join(EXAMPLES, 'unified-studio'), { ...context, refresh: 'again' });
    expect(messages).toEqual([]);
    const [{ Properties: properties }] = Object.values(template.Resources).filter(({ Type }) => Type === 'Custom::SageMakerStudioAttachments');
    expect(properties).toMatchObject({ DomainId: 'd-project', Refresh: ['again'] });
    expect(Object.keys(properties.DefaultUserSettings)).toEqual(['CodeEditorAppSettings', 'JupyterLabAppSettings']);
    expect(Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::SageMaker::AppImageConfig')
      .map(({ Properties: { JupyterLabAppImageConfig: lab, CodeEditorAppImageConfig: editor } }) => (lab ?? editor).ContainerConfig)).toEqual([
      { ContainerEntrypoint: ['entrypoint-sagemaker-ui-jupyter-server'] }, { ContainerEntrypoint: ['entrypoint-code-editor'] },
    ]);
  });

  test('says that the id of a domain of Unified Studio is not that of the project', () => {
    expect(() => synthExample('unified-studio', { ...context, domainId: 'dzd_5hknkem8c5x2a8' })).toThrow(/give the id of the SageMaker AI domain of the project, 'd-…'/);
  });
});
