import { rmSync } from 'fs';
import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { AppBuilder } from '../../test/deploy/cloud';
import { EXECUTION_ROLE } from '../../test/deploy/domains';
import { ENVIRONMENT } from '../../test/deploy/environment';

export const REPOSITORY = 'torch';
export const TAG = '2.4';

/** The contents of an app. */
export interface Contents {
  readonly images: number;
  /** Whether all images are attached to the domain. */
  readonly attached: boolean;
  /** The id of an existing domain. By default, the app creates a domain. */
  readonly domainId?: string;
}

/** Returns an app with images from one repository, which share one role. */
export function appWith({ images, attached, domainId }: Contents): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Notebooks', { env: ENVIRONMENT });
    const role = new iam.Role(stack, 'ImageRole', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    const baseImage = BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', REPOSITORY), TAG);
    const target = domainId === undefined ? StudioTarget.domain(newDomain(stack)) : StudioTarget.existingDomain(domainId);
    for (let index = 0; index < images; index++) {
      // The benchmark is about attachments. The checks would add the same to both sides.
      const preflight = false;
      new StudioImage(stack, `Image${index}`, { role, baseImage, app: StudioApp.jupyterLab(), preflight, attachTo: attached ? [target] : [] });
    }
  };
}

function newDomain(stack: Stack): sagemaker.CfnDomain {
  return new sagemaker.CfnDomain(stack, 'Domain', {
    domainName: 'ours',
    authMode: 'IAM',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1'],
    defaultUserSettings: { executionRole: EXECUTION_ROLE },
  });
}

/** Synthesizes an app and returns the template of its only stack. */
export function templateOf(build: AppBuilder): { Resources: Record<string, { Type: string }> } {
  const app = new App({ analyticsReporting: false });
  build(app);
  const { directory, stacks: [{ template }] } = app.synth();
  rmSync(directory, { recursive: true, force: true });
  return template;
}
