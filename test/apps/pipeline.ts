import { aws_codebuild as codebuild, aws_ecr as ecr, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage } from 'cdk-sagemaker-images';
import { PublicApp } from './public-app';

/** A project that builds and pushes the container image, and then deploys this stack with the tag as a parameter. */
export const pipeline: PublicApp = (app) => {
  const stack = new Stack(app, 'Pipeline');
  const repository = new ecr.Repository(stack, 'Repository', { imageTagMutability: ecr.TagMutability.IMMUTABLE, emptyOnDelete: false });
  const tag = new CfnParameter(stack, 'Tag', { default: 'bootstrap', allowedPattern: '[\\w][\\w.-]{0,127}' });
  const { image, imageVersion } = new StudioImage(stack, 'Torch', {
    imageName: 'torch-nightly',
    baseImage: BaseImage.fromEcrRepository(repository, tag.valueAsString),
    app: StudioApp.jupyterLab(),
  });
  new CfnOutput(stack, 'Version', { value: imageVersion.versionAsString });

  const project = new codebuild.Project(stack, 'Build', {
    environment: { privileged: true, buildImage: codebuild.LinuxBuildImage.STANDARD_7_0 },
    environmentVariables: { REPOSITORY: { value: repository.repositoryUri } },
    buildSpec: codebuild.BuildSpec.fromObject({
      version: '0.2',
      phases: {
        build: {
          commands: [
            'docker build --platform linux/amd64 --tag $REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION .',
            'docker push $REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION',
            'aws cloudformation deploy --parameter-overrides Tag=$CODEBUILD_RESOLVED_SOURCE_VERSION',
          ],
        },
      },
    }),
  });
  repository.grantPullPush(project);
  image.grants.deploy(project);
};
