import { App, aws_ssm as ssm, Stack } from 'aws-cdk-lib';
import { AppBuilder } from './cloud';
import { scenarios } from './scenario';

const scenario = scenarios();

/** A parameter, and another one whose name contains the name of the first. */
function parameters({ name = '/a', value = 'one', prefix = '/x' } = {}): AppBuilder {
  return (app: App) => {
    const stack = new Stack(app, 'Parameters');
    const first = new ssm.CfnParameter(stack, 'First', { name, type: 'String', value });
    new ssm.CfnParameter(stack, 'Second', { name: `${prefix}${first.ref}`, type: 'String', value: 'two' });
  };
}

scenario('cdk diff shows what is replaced, what may be replaced, and what changes in place', async (cloud) => {
  await cloud.deploy(parameters());

  const replaced = await cloud.diff(parameters({ name: '/b' }));
  expect(replaced).toMatch(/\[~\] AWS::SSM::Parameter First First replace/);
  expect(replaced).toMatch(/Name \(requires replacement\)/);

  // The value of the reference is not known before the deployment.
  expect(await cloud.diff(parameters({ prefix: '/y' }))).toMatch(/\[~\] AWS::SSM::Parameter Second Second may be replaced/);

  const changed = await cloud.diff(parameters({ value: 'three' }));
  expect(changed).toMatch(/\[~\] AWS::SSM::Parameter First First\n/);
  expect(changed).not.toMatch(/requires replacement|may be replaced/);
});
