// Written by scripts/regions.ts from the schemas of the CloudFormation registry in cfn-lint.

/** The Regions in which the CloudFormation registry lacks a type. */
export const REGIONS_WITHOUT: { [type: string]: string[] | undefined } = {
  'AWS::SageMaker::AppImageConfig': ['ap-south-2', 'ap-southeast-4', 'ca-west-1', 'mx-central-1'],
  'AWS::SageMaker::Domain': ['ca-west-1', 'mx-central-1'],
  'AWS::SageMaker::Space': ['ap-south-2', 'ap-southeast-4', 'ca-west-1', 'cn-north-1', 'cn-northwest-1', 'mx-central-1', 'us-gov-east-1', 'us-gov-west-1'],
  'AWS::SageMaker::UserProfile': ['ap-south-2', 'ap-southeast-4', 'ca-west-1', 'mx-central-1'],
};
