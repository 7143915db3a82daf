import { PhysicalName, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { givenOrGeneratedName } from '../../src/private/generated-name';
import { stackIn } from '../helpers/fixtures';

const generated = (id: string, given?: string, scope: Construct = stackIn()) => givenOrGeneratedName(scope, id, { given });

test('a given name is used as it is', () => {
  expect(generated('Torch', 'My--Name-')).toBe('My--Name-');
});

test.each([undefined, PhysicalName.GENERATE_IF_NEEDED, 5 as unknown as string])('a name is generated instead of %p', (given) => {
  expect(generated('Torch', given)).toMatch(/^stack-torch-[0-9a-f]{8}$/);
});

test.each([
  ['many hyphens', 'a---b--c', /^stack-a-b-c-[0-9a-f]{8}$/],
  ['hyphens at the end', 'torch--', /^stack-torch-[0-9a-f]{8}$/],
  ['upper case', 'TORCH', /^stack-torch-[0-9a-f]{8}$/],
  ['other characters', 'tor_ch.gpu', /^stack-torchgpu-[0-9a-f]{8}$/],
])('a generated name is a valid image name for an id with %s', (_, id, name) => {
  expect(generated(id)).toMatch(name);
});

test('a generated name has no hyphen at its start', () => {
  expect(generated('torch', undefined, new Construct(new Construct(undefined as any, ''), '-'))).toMatch(/^torch-[0-9a-f]{8}$/);
});

test('a generated name has at most 63 characters, from the start and the end of the path', () => {
  const name = generated('b'.repeat(60), undefined, new Construct(stackIn(), 'a'.repeat(60)));
  expect([62, 63]).toContain(name.length);
  expect(name).toMatch(/^stack-a+b+-[0-9a-f]{8}$/);
});

test('a generated name differs for ids that differ in case, and leaves no construct behind', () => {
  const stack: Stack = stackIn();
  const [lower, upper] = ['torch', 'Torch'].map((id) => generated(id, undefined, stack));
  expect(lower).not.toBe(upper);
  expect(stack.node.children).toEqual([]);
});
