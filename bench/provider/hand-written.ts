const ECR = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1';
const sagemaker = (resource: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:sagemaker:eu-west-1:111111111111:${resource}` });
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** The same resources with the same permissions, as somebody would write them by hand, with short names. */
export const HAND_WRITTEN = {
  ImageRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Principal: { Service: 'sagemaker.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111111111111' },
            ArnLike: { 'aws:SourceArn': [sagemaker('image'), sagemaker('image-version')] },
          },
        }],
      },
      Policies: [{
        PolicyName: 'Pull',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{
            Effect: 'Allow',
            Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:ecr:eu-west-1:111111111111:repository/torch' },
          }],
        },
      }],
      Description: 'Pulls the container images of SageMaker image torch',
    },
  },
  Image: {
    Type: 'AWS::SageMaker::Image',
    Properties: { ImageName: 'notebooks-torch', ImageRoleArn: arn('ImageRole') },
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
  ImageVersion: {
    Type: 'AWS::SageMaker::ImageVersion',
    Properties: { ImageName: 'notebooks-torch', BaseImage: ECR },
    DependsOn: ['Image'],
    UpdateReplacePolicy: 'Retain',
    DeletionPolicy: 'Delete',
  },
  AppImageConfig: {
    Type: 'AWS::SageMaker::AppImageConfig',
    Properties: { AppImageConfigName: 'notebooks-torch-jupyterlab', JupyterLabAppImageConfig: {} },
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
  Attachments: {
    Type: 'Custom::SageMakerStudioAttachments',
    Properties: {
      ServiceToken: arn('AttachmentFunction'),
      ServiceTimeout: '1200',
      DomainId: 'd-abc123',
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          CustomImages: [{
            ImageName: 'notebooks-torch',
            AppImageConfigName: 'notebooks-torch-jupyterlab',
            ImageVersionNumber: { 'Fn::GetAtt': ['ImageVersion', 'Version'] },
          }],
        },
      },
    },
    DependsOn: ['AppImageConfig', 'AttachmentPolicyForDABC123'],
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
  AttachmentLogs: {
    Type: 'AWS::Logs::LogGroup',
    Properties: { RetentionInDays: 30 },
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
  AttachmentRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Description: 'Attaches images to the domain',
    },
  },
  // The id contains the domain, so that the former policy lasts until the attachments to a former domain are deleted.
  AttachmentPolicyForDABC123: {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn('AttachmentLogs') },
          { Effect: 'Allow', Action: ['sagemaker:DescribeDomain', 'sagemaker:UpdateDomain'], Resource: sagemaker('domain/d-abc123') },
          { Effect: 'Allow', Action: 'sagemaker:ListApps', Resource: '*' },
        ],
      },
      Roles: [{ Ref: 'AttachmentRole' }],
    },
  },
  AttachmentFunction: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Architectures: ['arm64'],
      Code: { S3Bucket: 'my-deployment-bucket-eu-west-1', S3Key: 'attachment/handler.zip' },
      Description: 'Attaches images to a domain',
      Handler: 'index.handler',
      LoggingConfig: { LogGroup: { Ref: 'AttachmentLogs' } },
      MemorySize: 256,
      Role: arn('AttachmentRole'),
      Runtime: 'nodejs24.x',
      Timeout: 900,
    },
  },
};
