import { aws_ecr as ecr, aws_iam as iam, aws_s3 as s3, aws_servicecatalog as servicecatalog, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { ENV, PublicApp } from './public-app';

/** A product that each team launches for its own domain. */
class ImageProduct extends servicecatalog.ProductStack {
  constructor(scope: Construct, id: string, assetBucket: s3.IBucket) {
    super(scope, id, { assetBucket });
    const domainId = new CfnParameter(this, 'DomainId', { allowedPattern: 'd-[a-z0-9-]+' });
    const executionRoleArn = new CfnParameter(this, 'ExecutionRoleArn');
    const tag = new CfnParameter(this, 'Tag', { default: '1' });
    const { imageVersion } = new StudioImage(this, 'Torch', {
      displayName: 'PyTorch',
      uniqueToStack: true,
      baseImage: BaseImage.fromEcrRepository(ecr.Repository.fromRepositoryName(this, 'Repository', 'torch'), tag.valueAsString),
      app: StudioApp.jupyterLab(),
      attachTo: [StudioTarget.existingDomain(domainId.valueAsString, {
        executionRole: iam.Role.fromRoleArn(this, 'ExecutionRole', executionRoleArn.valueAsString),
      })],
    });
    new CfnOutput(this, 'Version', { value: imageVersion.versionAsString });
  }
}

/** A portfolio with a product of AWS Service Catalog. */
export const serviceCatalog: PublicApp = (app) => {
  const stack = new Stack(app, 'Portfolio', { env: ENV });
  // A name that is known, since templates of products refer to it.
  const assetBucket = new s3.Bucket(stack, 'Assets', { bucketName: `studio-products-${ENV.account}` });
  const portfolio = new servicecatalog.Portfolio(stack, 'Images', { displayName: 'Studio images', providerName: 'ML platform' });
  portfolio.addProduct(new servicecatalog.CloudFormationProduct(stack, 'Torch', {
    productName: 'PyTorch in SageMaker Studio',
    owner: 'ML platform',
    productVersions: [{
      productVersionName: 'v1',
      cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(new ImageProduct(stack, 'Product', assetBucket)),
    }],
  }));
};
