import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { BaseImage, StudioApp, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { bytesOfFurtherAttachment } from '../../bench/deploy/measure';
import { sizes } from '../../bench/provider/sizes';
import { templateCosts } from '../../bench/provider/template';
import { INLINE_QUOTA, MANAGED_POLICIES_QUOTA } from '../../src/private/policy-size';
import { MAX_IMAGES } from '../../src/studio/private/target-config';

const read = (...path: string[]) => readFileSync(join(__dirname, '..', '..', ...path), 'utf8');
const README = read('README.md');
/** Returns the first number of a text. */
const numberIn = (text: string) => Number(/\d[\d,.]*/.exec(text)![0].replace(/,/g, ''));

// Numbers that are the same on every machine. Times in the benchmarks are those of the machine and the day that they name.

describe('bench/provider/README.md', () => {
  const rows = read('bench', 'provider', 'README.md').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '));

  test.each([
    ['handler zip', 'handler zip, kB'],
    ['resources that the first attachment to an existing domain adds to its stack', 'resources for the first attachment'],
    ['the same for a target with `executionRole`', 'the same with an execution role'],
    ['resources that each further attachment to the same domain adds', 'resources for a further image, same target'],
    ['resources that each further target adds', 'resources for a further target'],
    ['resources that the first preflight adds to a stack without attachments to existing targets', 'resources for the first preflight'],
    ['the same in a stack with such attachments', 'the same beside an attachment'],
    ['resources that each further preflight adds', 'resources for a further preflight'],
    ['template bytes of image, version, configuration, and attachment, relative to a hand-written template', 'template, relative to a hand-written one'],
  ])('has the number and the limit of: %s', (title, name) => {
    const [, measured, limit] = rows.find(([first]) => first === title)!;
    const size = sizes().find((one) => one.name === name)!;
    expect(numberIn(limit)).toBe(size.limit);
    // Not every change of the handler changes the page.
    expect(Math.abs(numberIn(measured) - size.value)).toBeLessThanOrEqual(size.value * 0.03);
  });
});

test('bench/README.md has the bytes that a further attachment adds', () => {
  const [, share, former] = /A further attachment to an existing domain adds \*\*(.*)\*\* of the (\d+) template bytes/.exec(read('bench', 'README.md'))!;
  expect(bytesOfFurtherAttachment() / Number(former)).toBeCloseTo(Number(share), 1);
});

test('docs/permissions.md has the quotas of IAM that are checked', () => {
  const page = read('docs', 'permissions.md');
  expect(page).toContain(`IAM allows ${INLINE_QUOTA.toLocaleString('en-US')} characters in all inline policies of a role together`);
  expect({ ten: MANAGED_POLICIES_QUOTA }).toEqual({ ten: 10 });
  expect(page).toContain('and ten managed policies per role');
});

describe('README.md', () => {
  test('has the maximum number of images of each target', () => {
    const apps = ['JupyterLab', 'CodeEditor', 'KernelGateway', 'RSession'] as const;
    const rows = [...README.matchAll(/^\| `StudioTarget\.\w+\(\w+\)` \| `\w+\(.*\)` \| (.*) \|$/gm)].map(([, numbers]) => numbers.split('|').map((number) => number.trim()));
    expect(rows).toEqual(Object.values(MAX_IMAGES).map((max) => apps.map((app) => `${max[app] ?? ''}`)));
  });

  test('has the number of resources that attachments add', () => {
    expect(README.replace(/\s+/g, ' ')).toContain('The first target adds five resources to the stack, each further target adds one, '
      + 'and each `executionRole` adds one more, whatever the number of images.');
    // Four of the five are those of the function.
    expect(README.replace(/\s+/g, ' ')).toContain('`preflight` and `followTag` add one policy to a stack, and one custom resource for each version.');
    expect(templateCosts()).toMatchObject({ preflight: 4 + 1 + 1, preflightWithAttachment: 1 + 1, furtherPreflight: 1 });
    expect(templateCosts()).toMatchObject({ first: 5, furtherTarget: 1, firstWithRole: 5 + 1, furtherImage: 0 });
  });

  test('has the number of targets that a stack has room for', () => {
    const [, least, most] = /A stack has room for (\d+) to (\d+) targets/.exec(README)!.map(Number);
    const synth = (targets: StudioTarget[]) => {
      const app = new App();
      const stack = new Stack(app, 'Notebooks', { env: { account: '111111111111', region: 'eu-west-1' } });
      const baseImage = BaseImage.fromUri('111111111111.dkr.ecr.eu-west-1.amazonaws.com/torch:1');
      new StudioImage(stack, 'Torch', { baseImage, app: StudioApp.jupyterLab(), attachTo: targets });
      return app.synth();
    };
    const ids = (count: number) => [...Array(count).keys()].map((index) => `${index + 100}`);
    expect(() => synth(ids(least).map((id) => StudioTarget.existingUserProfile('d-abcdefghij12', `a-user-name-long-${id}`)))).not.toThrow();
    expect(() => synth(ids(most + 10).map((id) => StudioTarget.existingDomain(`d-abcdefgh${id}`)))).toThrow('IAM allows 6144');
  });
});
