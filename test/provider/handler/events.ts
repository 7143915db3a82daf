import { CustomResourceEvent } from '../../../src/provider/handler/events';

export const PROPERTIES = {
  DomainId: 'd-1',
  Settings: 'DefaultUserSettings',
  AppSettings: 'JupyterLabAppSettings',
  ImageName: 'torch',
  // As CloudFormation sends it.
  ImageVersionNumber: '3',
  AppImageConfigName: 'torch-jl',
};

export const ID = 'd-1/DefaultUserSettings/JupyterLabAppSettings/torch/torch-jl';
export const ENTRY = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };

export function event(RequestType: CustomResourceEvent['RequestType'], properties: object = {}, more: Partial<CustomResourceEvent> = {}): CustomResourceEvent {
  return {
    RequestType,
    ResponseURL: 'http://localhost:1/answer?Signature=secret',
    StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1',
    RequestId: 'request-1',
    ResourceType: 'Custom::SageMakerStudioAttachment',
    LogicalResourceId: 'Attachment',
    ...RequestType !== 'Create' && { PhysicalResourceId: ID },
    ResourceProperties: { ServiceToken: 'arn:aws:lambda:…', ...PROPERTIES, ...properties },
    ...more,
  };
}
