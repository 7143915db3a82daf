import { App, NestedStack, PhysicalName, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Image } from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { stackIn } from '../helpers/fixtures';
import { runs } from '../helpers/property';

/** The pattern of the service, written out a second time on purpose. */
const VALID = /^[A-Za-z0-9](?:[-.]?[A-Za-z0-9]){0,62}$/;

/** Usual and unusual ids. */
const ids = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 100, maxLength: 300 }),
  fc.stringMatching(/^[A-Za-z.-]{1,12}$/),
  fc.constantFrom('--', '.', '-', 'a--b', '..', '-a-', 'ünïcödé', '图像', '👍', 'Resource', 'x'.repeat(255)),
  // 'Default' is left out of generated names, and constructs rejects ids that are members of every object, such as 'toString'.
).filter((id) => id !== 'Default' && !(id in {}));

/** Creates an image at a path of ids in a stack. */
function imageAt(stack: Stack, path: string[]): Image {
  const scope = path.slice(0, -1).reduce<Construct>((parent, id) => parent.node.tryFindChild(id) as Construct ?? new Construct(parent, id), stack);
  return new Image(scope, path[path.length - 1]);
}

describe('a generated image name', () => {
  test('comes from the path of the construct', () => {
    expect(imageAt(stackIn(), ['Platform', 'Torch']).imageName).toMatch(/^stack-platform-torch-[0-9a-f]{8}$/);
  });

  test('is the name in the template', () => {
    const stack = stackIn();
    const { imageName } = new Image(stack, 'Torch');
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Image', { ImageName: imageName });
  });

  test('is valid, lower case and at most 63 characters long for every path', () => {
    fc.assert(fc.property(fc.array(ids, { minLength: 1, maxLength: 6 }), (path) => {
      const { imageName } = imageAt(stackIn(), path);
      expect(imageName).toMatch(VALID);
      expect(imageName.length).toBeLessThanOrEqual(63);
      expect(imageName).toBe(imageName.toLowerCase());
    }), runs(100));
  });

  test('differs for every path', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.array(ids, { minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 6,
      // constructs replaces '/' with '--'.
      selector: (path) => path.map((id) => id.replace(/\//g, '--')).join('/'),
    }), (paths) => {
      const names = paths.map((path) => imageAt(stackIn(), path).imageName);
      expect(new Set(names).size).toBe(paths.length);
    }), runs(100));
  });

  // Lower-casing alone would give these the same name.
  test.each([
    ['ids', ['Torch'], ['torch']],
    ['scopes', ['Team', 'Torch'], ['team', 'Torch']],
    ['ids that differ in characters that are not allowed in a name', ['Torch.'], ['Torch']],
    ['paths that are the same without their separators', ['a', 'bc'], ['ab', 'c']],
  ])('differs for %s that differ only in case or separators', (_, one, other) => {
    const stack = stackIn();
    expect(imageAt(stack, one).imageName).not.toBe(imageAt(stack, other).imageName);
  });

  test('differs between stacks whose names differ only in case, even for the hidden id Default', () => {
    const app = new App();
    const names = ['App', 'app'].map((id) => new Image(new Stack(app, id), 'Default').imageName);
    expect(names[0]).not.toBe(names[1]);
  });

  test('differs between stacks, nested stacks and stages', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const stage = new Stage(app, 'Prod');
    const names = [stack, new Stack(app, 'Other'), new NestedStack(stack, 'Nested'), new Stack(stage, 'Stack')]
      .map((scope) => new Image(scope, 'Torch').imageName);
    expect(new Set(names).size).toBe(4);
    names.forEach((name) => expect(name).toMatch(VALID));
  });

  test('stays the same if siblings are added', () => {
    const alone = new Image(stackIn(), 'Torch').imageName;
    const stack = stackIn();
    new Image(stack, 'Aardvark');
    new Construct(stack, 'Something');
    const image = new Image(stack, 'Torch');
    new Image(stack, 'Zebra');
    expect(image.imageName).toBe(alone);
  });

  // A release of this library or of the CDK must not change it: that would replace the image.
  test('never changes', () => {
    expect(new Image(stackIn(), 'Torch').imageName).toBe('stack-torch-e2cdc212');
  });

  test('does not hide the error for an id that is used twice', () => {
    const stack = stackIn();
    new Image(stack, 'Torch');
    expect(() => new Image(stack, 'Torch')).toThrow(/already a Construct with name 'Torch'/);
  });

  test('is also used for PhysicalName.GENERATE_IF_NEEDED', () => {
    const stack = stackIn();
    new Image(stack, 'Torch', { imageName: PhysicalName.GENERATE_IF_NEEDED });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Image', { ImageName: new Image(stackIn(), 'Torch').imageName });
  });
});
