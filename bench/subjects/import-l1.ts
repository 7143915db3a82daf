/** Loads the exports of aws-cdk-lib that the L1 side uses. They are loaded lazily on first access. */
import { App, aws_ecr as ecr, aws_iam as iam, aws_sagemaker as sagemaker, CfnDeletionPolicy, Fn, Stack } from 'aws-cdk-lib';

export const loaded: unknown[] = [
  App, CfnDeletionPolicy, Fn, Stack,
  ecr.CfnRepository, iam.CfnRole, iam.CfnPolicy, sagemaker.CfnImage, sagemaker.CfnImageVersion,
];
