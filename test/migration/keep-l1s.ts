import { aws_ecr as ecr, Stack, StackProps } from 'aws-cdk-lib';
import { BaseImage, ImageVersion, StudioAttachment, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { createDomain } from './domain';
import { createTorch } from './torch';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const { image, version, config } = createTorch(this);

    // The domain does not list the image any more. The attachment does.
    const domain = createDomain(this);
    new StudioAttachment(this, 'Torch', { imageVersion: version, appImageConfig: config, target: StudioTarget.domain(domain) });
    new ImageVersion(this, 'Next', {
      image,
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), '2.5'),
    });
  }
}
