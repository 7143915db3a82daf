import * as api from '@aws-sdk/client-sagemaker';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersionOptions, JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from 'cdk-sagemaker-images';
import { baseImage, stackIn } from '../helpers/fixtures';

/** The rendered properties of a version with this metadata. */
function rendered(metadata: Partial<ImageVersionOptions>): Record<string, unknown> {
  const stack = stackIn();
  new Image(stack, 'Torch').addVersion('V1', { baseImage: baseImage('1'), ...metadata });
  return Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ImageVersion'))[0].Properties;
}

test.each([
  [MlFramework.pytorch('2.4'), 'PyTorch 2.4'],
  [MlFramework.tensorflow('2.16.1'), 'TensorFlow 2.16.1'],
  [MlFramework.jax('0.4.30'), 'JAX 0.4.30'],
  [MlFramework.mxnet('1.9'), 'MXNet 1.9'],
  [MlFramework.scikitLearn('1.5'), 'ScikitLearn 1.5'],
  [MlFramework.xgboost('2.1'), 'XGBoost 2.1'],
  [MlFramework.of('HuggingFace 4.44'), 'HuggingFace 4.44'],
])('%p is rendered in the format of SageMaker', (mlFramework, name) => {
  expect(rendered({ mlFramework }).MLFramework).toBe(name);
});

test.each([
  [ProgrammingLang.python('3.11'), 'Python 3.11'],
  [ProgrammingLang.r('4.4.1'), 'R 4.4.1'],
  [ProgrammingLang.julia('1.10'), 'Julia 1.10'],
  [ProgrammingLang.scala('2.13'), 'Scala 2.13'],
  [ProgrammingLang.of('Octave 9.2'), 'Octave 9.2'],
])('%p is rendered in the format of SageMaker', (programmingLang, name) => {
  expect(rendered({ programmingLang }).ProgrammingLang).toBe(name);
});

// Compared with the SDK, so that this fails after an upgrade of the SDK with new values.
test.each<[string, object, object]>([
  ['VendorGuidance', VendorGuidance, api.VendorGuidance],
  ['JobType', JobType, api.JobType],
  ['Processor', Processor, api.Processor],
])('%s has the values of the API', (_, ours, theirs) => {
  expect(Object.values(ours).sort()).toEqual(Object.values(theirs).sort());
});
