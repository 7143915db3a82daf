/** What the L1 side loads of aws-cdk-lib, whose exports load themselves when they are first touched. */
import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib';

export const loaded: unknown[] = [
  App, CfnDeletionPolicy, Fn, Stack,
  ecr.CfnRepository, iam.CfnRole, iam.CfnPolicy, sagemaker.CfnImage, sagemaker.CfnImageVersion,
];
