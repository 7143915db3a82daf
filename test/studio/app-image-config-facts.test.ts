import { aws_sagemaker as sagemaker, Resource } from 'aws-cdk-lib';
import { AppImageConfig, StudioAppType } from 'cdk-sagemaker-images';
import { appTypesOf, nameOfAppImageConfig } from '../../src/studio/private/app-image-config-facts';
import { stackIn } from '../helpers/fixtures';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:app-image-config/torch';

/** A reference to a configuration, as another library may implement it. */
class MereReference extends Resource implements sagemaker.IAppImageConfigRef {
  public appImageConfigRef: any = { appImageConfigArn: ARN };
}

test('the name of a plain reference is that of the reference, or else in its ARN', () => {
  const reference = new MereReference(stackIn(), 'Reference');
  expect(nameOfAppImageConfig(reference)).toBe('torch');
  // ARNs are in lower case.
  reference.appImageConfigRef = { appImageConfigArn: ARN, appImageConfigName: 'Torch' };
  expect(nameOfAppImageConfig(reference)).toBe('Torch');
});

test('the kind of app of an import is unknown, unless it is given', () => {
  const stack = stackIn();
  expect(appTypesOf(AppImageConfig.fromAppImageConfigArn(stack, 'ByArn', ARN))).toHaveLength(0);
  const attrs = { appImageConfigName: 'torch', appType: StudioAppType.CODE_EDITOR };
  expect(appTypesOf(AppImageConfig.fromAppImageConfigAttributes(stack, 'Import', attrs))).toEqual([StudioAppType.CODE_EDITOR]);
});
