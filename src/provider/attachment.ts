import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { formatArn } from '../private/arn';

/** The custom resource that keeps one image attached to an existing domain, user profile or space. */
export const ATTACHMENT_TYPE = 'Custom::SageMakerStudioAttachment';

/** Where one entry of a list of custom images stands, and what it is. The names are those of the SageMaker API. */
export interface AttachmentProperties {
  readonly DomainId: string;
  /** With `UserSettings`. */
  readonly UserProfileName?: string;
  /** With `SpaceSettings`. */
  readonly SpaceName?: string;
  readonly Settings: 'DefaultUserSettings' | 'DefaultSpaceSettings' | 'UserSettings' | 'SpaceSettings';
  readonly AppSettings: 'KernelGatewayAppSettings' | 'JupyterLabAppSettings' | 'CodeEditorAppSettings' | 'RSessionAppSettings';
  readonly ImageName: string;
  /** Without it, the latest version. CloudFormation sends it as a string. */
  readonly ImageVersionNumber?: number;
  readonly AppImageConfigName: string;
  /** Whether the handler may pass the execution role of the settings on to SageMaker, and so send them back whole. */
  readonly PassExecutionRole?: boolean;
}

/** What the handler has to be allowed, on the one domain, user profile or space that holds the entry, and with its execution role. */
export function statementsFor(scope: IConstruct, properties: AttachmentProperties, passed?: iam.IRole): iam.PolicyStatement[] {
  const { kind, resource, resourceName } = holderOf(properties);
  const statements = [new iam.PolicyStatement({
    actions: [`sagemaker:Describe${kind}`, `sagemaker:Update${kind}`],
    resources: [formatArn(Stack.of(scope), { service: 'sagemaker', resource, resourceName })],
  })];
  if (passed) {
    statements.push(new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [passed.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }));
  }
  return statements;
}

function holderOf({ DomainId, UserProfileName, SpaceName, Settings }: AttachmentProperties) {
  switch (Settings) {
    case 'UserSettings': return { kind: 'UserProfile', resource: 'user-profile', resourceName: `${DomainId}/${UserProfileName}` };
    case 'SpaceSettings': return { kind: 'Space', resource: 'space', resourceName: `${DomainId}/${SpaceName}` };
    default: return { kind: 'Domain', resource: 'domain', resourceName: DomainId };
  }
}
