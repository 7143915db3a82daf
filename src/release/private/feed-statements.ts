import type { aws_ecr as ecr, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { arnsOfImage, arnsOfImageVersion } from '../../image/private/image-facts';
import { PULL_ACTIONS } from '../../image/private/pull-policy';
import { type RoleStatement, statementsOn } from '../../private/policy-size';

/** Returns the permissions of the function for a feed. Those on targets come with the attachments. */
export function feedStatements(image: sagemaker.IImageRef, { repositoryRef }: ecr.IRepositoryRef, readLabels: boolean): RoleStatement[] {
  return [
    ...statementsOn(['sagemaker:CreateImageVersion', 'sagemaker:ListImageVersions'], arnsOfImage(image)),
    ...statementsOn(['sagemaker:DescribeImageVersion', 'sagemaker:UpdateImageVersion'], arnsOfImageVersion(image)),
    { actions: ['ecr:DescribeImages', ...readLabels ? PULL_ACTIONS : []], resource: repositoryRef.repositoryArn },
  ];
}
