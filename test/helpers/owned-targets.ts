import { aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { StudioTarget } from 'cdk-sagemaker-images';
import { specDatabase, specOf } from './service-spec';
import { domainIn, ROLE_ARN } from './studio';

export type OwnedResource = sagemaker.CfnDomain | sagemaker.CfnUserProfile | sagemaker.CfnSpace;
/** The resource type and the property with the settings, and a function that makes the resource. */
export type OwnedTarget = [name: string, make: (stack: Stack) => { resource: OwnedResource; target: StudioTarget }];

/** One owned target of each kind. */
export const OWNED_TARGETS: OwnedTarget[] = [
  ['AWS::SageMaker::Domain DefaultUserSettings', (stack) => {
    const resource = domainIn(stack);
    return { resource, target: StudioTarget.domain(resource) };
  }],
  ['AWS::SageMaker::Domain DefaultSpaceSettings', (stack) => {
    const resource = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
    return { resource, target: StudioTarget.domainSharedSpaces(resource) };
  }],
  ['AWS::SageMaker::UserProfile UserSettings', (stack) => {
    const resource = new sagemaker.CfnUserProfile(stack, 'Profile', { domainId: 'd-1', userProfileName: 'jo' });
    return { resource, target: StudioTarget.userProfile(resource) };
  }],
  ['AWS::SageMaker::Space SpaceSettings', (stack) => {
    const resource = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    return { resource, target: StudioTarget.space(resource) };
  }],
];

/** Returns the members that the CloudFormation schema has for an app in the settings of an owned target. */
export function membersInSchema(name: string, appType: string): string[] {
  const [type, settings] = name.split(' ');
  const follow = (propertyType: any) => specDatabase().get('typeDefinition', propertyType.reference.$ref).properties;
  const app = follow(specOf(type).properties[settings].type)[`${appType}AppSettings`];
  return app ? Object.keys(follow(app.type)) : [];
}
