import { App, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image, ImageVersionLookup, Refresh } from 'cdk-sagemaker-images';

const TYPE = 'Custom::SageMakerImageVersionLookup';

/** Adds two look-ups that are refreshed at every deployment. */
function lookups(stack: Stack): Stack {
  ['A', 'B'].forEach((id) => new ImageVersionLookup(stack, id, { image: Image.fromImageName(stack, `${id}Image`, 'torch'), refresh: Refresh.everyDeployment() }));
  return stack;
}

/** The values in the template of a stack. */
const valuesIn = (stack: Stack): string[] => Object.values(Template.fromStack(stack).findResources(TYPE)).map(({ Properties }) => Properties.Refresh);

test('each synth has another value, which is the current time', () => {
  const before = Date.now();
  const [first] = valuesIn(lookups(new Stack(new App())));
  const [second] = valuesIn(lookups(new Stack(new App())));
  expect(new Date(first).toISOString()).toBe(first);
  expect(Date.parse(first)).toBeGreaterThanOrEqual(before);
  expect(Date.parse(first)).toBeLessThan(Date.now() + 10_000);
  expect(second > first).toBe(true);
});

test('many apps that are synthesized within a millisecond have different values', () => {
  const values = Array.from({ length: 20 }, () => new Stack(new App()).resolve(Refresh.everyDeployment()));
  expect(new Set(values).size).toBe(20);
});

test('all constructs of an app have the same value, in all stacks and stages and however often they are rendered', () => {
  const app = new App();
  const stacks = [lookups(new Stack(app, 'One')), lookups(new Stack(app, 'Two')), lookups(new Stack(new Stage(app, 'Stage'), 'Three'))];
  const values = [...stacks, ...stacks].flatMap(valuesIn);
  expect(values).toHaveLength(12);
  expect(new Set(values).size).toBe(1);
});
