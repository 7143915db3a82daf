/** The app of a team without the library: L1s directly in the stack, which is the cheapest scope. */
import { Aws, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnDeletionPolicy, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { DependsOnForm, imageNameIn, SHARED_ROLE, tagOf } from './versions';

export function build(stack: Stack, images: number, versionsOfEach: number, form: DependsOnForm): void {
  const repository = new ecr.CfnRepository(stack, 'Repository');
  const role = new iam.CfnRole(stack, 'TorchRole', {
    description: images > 1 ? SHARED_ROLE : `Pulls the container images of SageMaker image ${imageNameIn(stack.node.id, 0)}`,
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'sagemaker.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': ['image', 'image-version'].map((kind) => `arn:${Aws.PARTITION}:sagemaker:${stack.region}:${stack.account}:${kind}`) },
        },
      }],
    },
  });
  const policy = new iam.CfnPolicy(stack, 'TorchPullPolicy', {
    policyName: 'TorchPullPolicy',
    roles: [role.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Effect: 'Allow', Resource: repository.attrArn }],
    },
  });
  for (let which = 0; which < images; which++) {
    const imageName = imageNameIn(stack.node.id, which);
    const image = new sagemaker.CfnImage(stack, `Torch${which}`, { imageName, imageRoleArn: role.attrArn, imageDisplayName: 'PyTorch' });
    image.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
    image.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;

    let previous: CfnResource | undefined;
    for (let index = 0; index < versionsOfEach; index++) {
      const version = new sagemaker.CfnImageVersion(stack, `Torch${which}V${index}`, {
        imageName,
        baseImage: Fn.sub(`${stack.account}.dkr.ecr.${stack.region}.\${AWS::URLSuffix}/\${RepositoryName}:${tagOf(which * versionsOfEach + index)}`, {
          RepositoryName: repository.ref,
        }),
        aliases: [`gpu-${index}`],
        vendorGuidance: 'STABLE',
        jobType: 'NOTEBOOK_KERNEL',
        mlFramework: 'PyTorch 2.4',
        programmingLang: 'Python 3.11',
        processor: 'GPU',
        horovod: false,
        releaseNotes: 'CUDA 12.4',
      });
      version.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
      version.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      if (!previous || form === 'every version waits for image and policy') {
        waitFor(version, image);
        waitFor(version, policy);
      }
      if (previous) {
        waitFor(version, previous);
      }
      previous = version;
    }
  }
}

/** Older releases of aws-cdk-lib have only `addDependency`, which prints a deprecation warning in newer ones. */
function waitFor(source: CfnResource, target: CfnResource): void {
  const renamed = source as { addResourceDependency?(target: CfnResource): void };
  if (renamed.addResourceDependency) {
    renamed.addResourceDependency(target);
  } else {
    source.addDependency(target);
  }
}
