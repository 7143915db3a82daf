import { aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Fn, Stack } from 'aws-cdk-lib';
import { BaseImage, ProgrammingLang, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

const SCRIPT = `#!/bin/bash
Rscript -e 'options(repos = "https://packages.example.com/cran")'
`;

/** An image for R, in a domain whose apps start with a lifecycle configuration. */
export const rLifecycle: PublicApp = (app, { tag = '1' } = {}) => {
  const stack = new Stack(app, 'RLifecycle');
  const executionRole = new iam.Role(stack, 'Execution', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
  const lifecycle = new sagemaker.CfnStudioLifecycleConfig(stack, 'Lifecycle', {
    studioLifecycleConfigName: 'r-packages',
    studioLifecycleConfigAppType: 'JupyterLab',
    studioLifecycleConfigContent: Fn.base64(SCRIPT),
  });
  const domain = new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'statistics',
    authMode: 'IAM',
    vpcId: 'vpc-12345678',
    subnetIds: ['subnet-12345678'],
    defaultUserSettings: {
      executionRole: executionRole.roleArn,
      jupyterLabAppSettings: { lifecycleConfigArns: [lifecycle.attrStudioLifecycleConfigArn] },
    },
  });
  new StudioImage(stack, 'R', {
    displayName: 'R 4.4',
    baseImage: BaseImage.fromEcrRepository(new ecr.Repository(stack, 'Repository'), tag),
    programmingLang: ProgrammingLang.of('R 4.4'),
    app: StudioApp.jupyterLab({ containerEnvironmentVariables: { R_LIBS_USER: '/home/sagemaker-user/R' } }),
    additionalApps: [StudioApp.kernelGateway({ kernelName: 'ir', kernelDisplayName: 'R' }), StudioApp.rSession()],
    attachTo: [StudioTarget.domain(domain)],
  });
};
