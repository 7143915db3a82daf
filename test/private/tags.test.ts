import { App, CfnParameter, Stack, Tags } from 'aws-cdk-lib';
import { AppImageConfig, Image, StudioApp } from 'cdk-sagemaker-images';
import { errorOf, HERE } from '../helpers/fixtures';

/** The validation errors of an image and an app image config in an app with a tag. */
function problemsWith(key: string, value: string | ((stack: Stack) => string), excludeResourceTypes?: string[]): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: HERE });
  new Image(stack, 'Torch', { tags: { team: 'ml' } });
  new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
  Tags.of(app).add(key, typeof value === 'string' ? value : value(stack), { excludeResourceTypes });
  return (errorOf(() => app.synth()) ?? '').split('\n').slice(1).map((line) => line.trim());
}

const image = (problem: string) => `[Stack/Torch/Resource] ${problem} (to exclude the resource from Tags.of(), use excludeResourceTypes: ['AWS::SageMaker::Image'])`;
const config = (problem: string) => `[Stack/Config/Resource] ${problem} (to exclude the resource from Tags.of(), use excludeResourceTypes: ['AWS::SageMaker::AppImageConfig'])`;

describe('a tag on the whole app', () => {
  test.each<[string, string | ((stack: Stack) => string)]>([
    ['stage', 'prod'],
    ['my-aws:stage', 'prod'],
    ['stage', 'v'.repeat(128)],
    ['stage', (stack) => new CfnParameter(stack, 'Stage').valueAsString],
  ])('is accepted if SageMaker allows it (%#)', (key, value) => {
    expect(problemsWith(key, value)).toEqual([]);
  });

  // Images and app image configs have different limits.
  test.each([
    ['stage', '', [config("the value of tag 'stage' is empty: give 1 to 128 characters or leave it out")]],
    ['stage', 'v'.repeat(200), [config("the value of tag 'stage' has 200 characters, at most 128 are allowed")]],
    ['stage', 'v'.repeat(257), [
      image("the value of tag 'stage' has 257 characters, at most 256 are allowed"),
      config("the value of tag 'stage' has 257 characters, at most 128 are allowed"),
    ]],
  ])('is a validation error of each resource that does not allow it (%#)', (key, value, problems) => {
    expect(problemsWith(key, value)).toEqual(problems);
  });

  test('can exclude a resource type that does not allow it', () => {
    expect(problemsWith('stage', '', ['AWS::SageMaker::AppImageConfig'])).toEqual([]);
  });
});
