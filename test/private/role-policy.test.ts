import { readFileSync } from 'fs';
import { join } from 'path';
import { App, aws_ecr as ecr, aws_iam as iam, aws_kms as kms, Stack } from 'aws-cdk-lib';
import { BaseImage, Image, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { ecrUri, HERE } from '../helpers/fixtures';
import { PULL } from '../helpers/policies';

/** The statements that the CDK reports for a role. */
function reportOf(app: App, roleConstructPath: string): unknown[] {
  const { directory } = app.synth();
  const { roles } = JSON.parse(readFileSync(join(directory, 'iam-policy-report.json'), 'utf8'));
  return roles.find((role: any) => role.roleConstructPath === roleConstructPath).identityPolicyStatements;
}

// With `Role.customizeRoles`, an app creates no roles. It reports the policies of the roles that somebody else creates.
describe.each<[string, iam.CustomizeRolesOptions]>([
  ['has a precreated name', { usePrecreatedRoles: { 'Stack/Torch/Role': 'torch', 'Stack/Execution': 'execution' } }],
  ['has no name yet', {}],
  ['is also in the template', { preventSynthesis: false }],
])('the report on a role that %s', (_, options) => {
  const stackIn = (app: App) => {
    iam.Role.customizeRoles(app, options);
    return new Stack(app, 'Stack', { env: HERE });
  };
  const onRepository = { Effect: 'Allow', Action: PULL, Resource: 'arn:(PARTITION):ecr:eu-west-1:111111111111:repository/torch' };

  test('lists all statements of the role of an image', () => {
    const app = new App();
    const stack = stackIn(app);
    const image = new Image(stack, 'Torch');
    const repository = new ecr.Repository(stack, 'Repository', { encryptionKey: new kms.Key(stack, 'Key') });
    image.addVersion('V1', { baseImage: BaseImage.fromUri(ecrUri('1')) });
    const version = image.addVersion('V2', { baseImage: BaseImage.fromEcrRepository(repository, '2') });
    version.grants.read(image.role);
    expect(reportOf(app, 'Stack/Torch/Role')).toEqual([
      onRepository,
      { Effect: 'Allow', Action: PULL, Resource: '(Stack/Repository/Resource.Arn)' },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '(Stack/Key/Resource.Arn)',
        Condition: { StringEquals: { 'kms:ViaService': 'ecr.eu-west-1.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: '(Stack/Torch/V2/Resource.Ref)' },
    ]);
  });

  test('lists all statements of an execution role', () => {
    const app = new App();
    const stack = stackIn(app);
    const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    new StudioImage(stack, 'Torch', {
      imageName: 'torch',
      baseImage: BaseImage.fromUri(ecrUri('1')),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain('d-1', { executionRole })],
    });
    expect(reportOf(app, 'Stack/Execution')).toEqual([
      { Effect: 'Allow', Action: 'sagemaker:DescribeImage', Resource: 'arn:(PARTITION):sagemaker:eu-west-1:111111111111:image/torch' },
      { Effect: 'Allow', Action: 'sagemaker:DescribeImageVersion', Resource: '(Stack/Torch/Image/Version/Resource.Ref)' },
      onRepository,
    ]);
  });
});
