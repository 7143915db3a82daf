import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, StudioApp, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { baseImage, HERE } from '../helpers/fixtures';
import { domainIn } from '../helpers/studio';

/** Attaches a version to a domain of another stack, and returns the name of the parameter with the number. */
function parameterNameOf(...scopes: string[]): string {
  const app = new App();
  const studio = new Stack(app, 'Studio', { env: HERE });
  const executionRole = new iam.Role(studio, 'Execution', { assumedBy: new iam.AccountRootPrincipal() });
  const domain = domainIn(studio, { defaultUserSettings: { executionRole: executionRole.roleArn } });
  const images = new Stack(app, 'Images', { env: HERE });
  const scope = scopes.reduce<Construct>((parent, id) => new Construct(parent, id), images);
  new StudioAttachment(images, 'Attachment', {
    imageVersion: new Image(scope, 'Torch').addVersion('V1', { baseImage: baseImage('1') }),
    appImageConfig: new AppImageConfig(images, 'Config', { app: StudioApp.jupyterLab() }),
    target: StudioTarget.domain(domain),
  });
  const [{ Properties }] = Object.values(Template.fromStack(images).findResources('AWS::SSM::Parameter'));
  return Properties.Name;
}

describe('the parameter with the number of a version for other stacks', () => {
  test('has the path of the version, with hyphens, in its name', () => {
    expect(parameterNameOf('Team')).toMatch(/^\/cdk-sagemaker-images\/Images-Team-Torch-V1-[0-9A-F]{8}$/);
  });

  test('has a name of limited length for a long path', () => {
    const name = parameterNameOf('x'.repeat(150), 'y'.repeat(150));
    expect(name.length).toBeLessThanOrEqual('/cdk-sagemaker-images/'.length + 200);
    expect(name).not.toBe(parameterNameOf('x'.repeat(150), 'z'.repeat(150)));
  });
});
