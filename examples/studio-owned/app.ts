/**
 * A domain and its image in one app. The image runs as two kinds of apps, in all private and all shared spaces.
 *
 * Deploy with `cdk deploy -c release=1`, then 2: another container image creates a new version, and the same deployment moves
 * the domain to it.
 */
import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnOutput, Stack } from 'aws-cdk-lib';
import { BaseImage, MlFramework, Processor, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';

const RELEASES: Record<string, { tag: string; framework: string }> = {
  1: { tag: '2.4-cpu', framework: '2.4' },
  2: { tag: '2.5-cpu', framework: '2.5' },
};

const app = new App();
const release = RELEASES[app.node.getContext('release')];
if (!release) {
  throw new Error(`context value release '${app.node.getContext('release')}' is unknown: use ${Object.keys(RELEASES).join(', ')}`);
}

const stack = new Stack(app, 'StudioOwned');
const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });

const domain = new sagemaker.CfnDomain(stack, 'Domain', {
  domainName: 'ml',
  authMode: 'IAM',
  vpcId: app.node.getContext('vpcId'),
  subnetIds: [app.node.getContext('subnetId')],
  defaultUserSettings: { executionRole: executionRole.roleArn, studioWebPortal: 'ENABLED' },
  defaultSpaceSettings: { executionRole: executionRole.roleArn },
});

const jupyterLab = StudioApp.jupyterLab({ containerEnvironmentVariables: { PIP_INDEX_URL: 'https://pypi.example.com/simple' } });
const image = new StudioImage(stack, 'Torch', {
  imageName: 'torch',
  displayName: 'PyTorch',
  baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'torch'), release.tag),
  mlFramework: MlFramework.pytorch(release.framework),
  processor: Processor.CPU,
  app: jupyterLab,
  additionalApps: [StudioApp.kernelGateway({ kernelName: 'python3', kernelDisplayName: 'PyTorch', defaultUid: 1000, defaultGid: 100 })],
  attachTo: [StudioTarget.domain(domain), StudioTarget.domainSharedSpaces(domain)],
});

new CfnOutput(stack, 'DomainId', { value: domain.attrDomainId });
new CfnOutput(stack, 'Version', { value: image.imageVersion.versionAsString });
