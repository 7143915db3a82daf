import { Annotations, App, Stack } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { warn } from '../../src/private/warnings';

describe('a warning', () => {
  test('links to the page that explains it', () => {
    const stack = new Stack(new App(), 'Stack');
    warn(stack, 'grantDropped', 'nothing was granted');

    expect(Found.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data)).toEqual([
      'nothing was granted. See https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md#grantdropped '
      + '[ack: cdk-sagemaker-images:grantDropped]',
    ]);
  });

  test('can be acknowledged on its stack, even before it is found during synth', () => {
    const stack = new Stack(new App(), 'Stack');
    const construct = new Construct(stack, 'Construct');
    Annotations.of(stack).acknowledgeWarning('cdk-sagemaker-images:grantDropped', 'the owner grants it');
    construct.node.addValidation({ validate: () => { warn(construct, 'grantDropped', 'nothing was granted'); return []; } });

    expect(Found.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
