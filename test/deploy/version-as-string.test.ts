import { App, aws_ssm as ssm, CfnOutput, Stack } from 'aws-cdk-lib';
import { Image } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b') });

/** A version, and another stack whose output is its number, which it gets by a reference or by a parameter. */
function shared(by: 'reference' | 'parameter', tag: string): AppBuilder {
  return (app: App) => {
    const [images, other] = ['Images', 'Other'].map((name) => new Stack(app, name));
    const { versionAsString } = new Image(images, 'Torch', { imageName: 'torch' }).addVersion('V', { baseImage: torch(images, tag) });
    const parameterName = '/torch/version';
    new ssm.StringParameter(images, 'Number', { parameterName, stringValue: versionAsString });
    other.addDependency(images);
    const number = by === 'reference' ? versionAsString : ssm.StringParameter.valueForStringParameter(other, parameterName);
    // The toolkit does not deploy a stack without a resource.
    new ssm.StringParameter(other, 'Copy', { stringValue: number });
    new CfnOutput(other, 'Version', { value: number });
  };
}

scenario('another stack that refers to versionAsString stops the next version', async (cloud) => {
  await cloud.deploy(shared('reference', 'a'));
  expect(await cloud.outputs('Other')).toEqual({ Version: '1' });
  expect(await cloud.failToDeploy(shared('reference', 'b'))).toMatch(/cannot update export/i);
});

scenario('another stack gets the next number from a parameter with versionAsString', async (cloud) => {
  await cloud.deploy(shared('parameter', 'a'));
  expect(await cloud.outputs('Other')).toEqual({ Version: '1' });
  await cloud.deploy(shared('parameter', 'b'));
  expect(await cloud.outputs('Other')).toEqual({ Version: '2' });
});
