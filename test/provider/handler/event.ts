import type { CustomResourceEvent } from '../../../src/provider/handler/lifecycle/event';

/** An event for a custom resource of any kind. */
export function event(RequestType: CustomResourceEvent['RequestType'], properties: object, more: Partial<CustomResourceEvent> = {}): CustomResourceEvent {
  return {
    RequestType,
    ResponseURL: 'http://localhost:1/answer?Signature=secret',
    StackId: 'arn:aws:cloudformation:eu-west-1:111111111111:stack/Stack/1',
    RequestId: 'request-1',
    ResourceType: 'Custom::Thing',
    LogicalResourceId: 'Thing',
    ...RequestType !== 'Create' && { PhysicalResourceId: 'id' },
    ResourceProperties: { ServiceToken: 'arn:aws:lambda:…', ...properties },
    ...more,
  };
}
