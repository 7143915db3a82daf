import { CfnParameter, Lazy, RemovalPolicy, Token } from 'aws-cdk-lib';
import { AppImageConfig, AppImageConfigProps, StudioApp, StudioContainerOptions, StudioKernelOptions } from 'cdk-sagemaker-images';
import { agnosticStack, errorOf, stackIn } from '../helpers/fixtures';

/** The problems of a configuration, without the line that counts them. */
function problems(props: Partial<AppImageConfigProps>): string[] {
  const message = errorOf(() => new AppImageConfig(stackIn(), 'Config', { app: StudioApp.jupyterLab(), ...props }));
  return message?.split('\n').slice(1).map((line) => line.trim()) ?? [];
}

const container = (options: StudioContainerOptions) => problems({ app: StudioApp.jupyterLab(options) });
const kernel = (options: Partial<StudioKernelOptions>) => problems({ app: StudioApp.kernelGateway({ kernelName: 'python3', ...options }) });
const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`K${index}`, 'v']));

// The TypeScript compiler requires an app; JavaScript does not.
test.each<[any, string]>([
  [undefined, 'app is missing: give a StudioApp, for example StudioApp.jupyterLab()'],
  [null, 'app is missing: give a StudioApp, for example StudioApp.jupyterLab()'],
  [5, 'app must be a StudioApp, for example StudioApp.jupyterLab(), got 5'],
  ['JupyterLab', "app must be a StudioApp, for example StudioApp.jupyterLab(), got 'JupyterLab'"],
])('%p as the app is an error', (app, problem) => {
  expect(problems({ app, appImageConfigName: 'a' })).toEqual([problem]);
});

test('all problems are reported in one error', () => {
  expect(errorOf(() => new AppImageConfig(stackIn(), 'Config', {
    appImageConfigName: 'py.torch',
    app: StudioApp.kernelGateway({ kernelName: '', mountPath: 'home', defaultUid: 500, defaultGid: 500 }),
    tags: { 'aws:x': 'y' },
    removalPolicy: RemovalPolicy.SNAPSHOT,
  }))).toBe([
    'Stack/Config: 6 problems',
    "  appImageConfigName 'py.torch' is not a valid name of an app image config: use letters, digits and hyphens between them (unlike image names, no dots)",
    '  kernelName is empty: give 1 to 1024 characters',
    "  mountPath 'home' is not an absolute path: start it with '/'",
    '  defaultUid 500 and defaultGid 500 are not supported by SageMaker: use 0 and 0, or 1000 and 100',
    "  the tag key 'aws:x' starts with 'aws:', which AWS reserves: choose another key",
    '  removalPolicy SNAPSHOT is not supported: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE',
  ].join('\n'));
});

describe('the name', () => {
  test.each(['a', 'A-1', 'a--b', 'a'.repeat(63)])('%s is valid', (appImageConfigName) => {
    expect(problems({ appImageConfigName })).toEqual([]);
  });

  test.each(['', 'a.b', '-a', 'a-', 'a_b', 'a b', 'a'.repeat(64)])('%p is not valid', (appImageConfigName) => {
    expect(problems({ appImageConfigName })).toHaveLength(1);
  });
});

describe('a container', () => {
  test.each<StudioContainerOptions>([
    { containerArguments: Array(50).fill('x'.repeat(64)) },
    { containerArguments: [] },
    { containerEntrypoint: ['x'.repeat(256)] },
    { containerEnvironmentVariables: entries(25) },
    { containerEnvironmentVariables: { ['K'.repeat(256)]: 'v'.repeat(256) } },
  ])('accepts options at their limits (%#)', (options) => {
    expect(container(options)).toEqual([]);
  });

  test.each<[StudioContainerOptions, string]>([
    [{ containerArguments: Array(51).fill('x') }, 'containerArguments has 51 entries, at most 50 are allowed'],
    [{ containerArguments: ['x', 'y'.repeat(65)] }, 'containerArguments[1] has 65 characters, at most 64 are allowed'],
    [{ containerArguments: [''] }, 'containerArguments[0] is empty: give 1 to 64 characters or leave it out'],
    [{ containerArguments: [' \t'] }, 'containerArguments[0] is blank: give 1 to 64 characters, not only spaces'],
    [{ containerEntrypoint: ['a', 'b'] }, 'containerEntrypoint has 2 entries, at most 1 is allowed'],
    [{ containerEntrypoint: ['x'.repeat(257)] }, 'containerEntrypoint[0] has 257 characters, at most 256 are allowed'],
    [{ containerEnvironmentVariables: entries(26) }, 'containerEnvironmentVariables has 26 entries, at most 25 are allowed'],
    [{ containerEnvironmentVariables: { A: '' } }, "the value of environment variable 'A' is empty: give 1 to 256 characters or leave it out"],
    [{ containerEnvironmentVariables: { A: 'x'.repeat(257) } }, "the value of environment variable 'A' has 257 characters, at most 256 are allowed"],
    [{ containerEnvironmentVariables: { ' ': 'x' } }, "the environment variable name ' ' is blank: give 1 to 256 characters, not only spaces"],
  ])('rejects options beyond their limits (%#)', (options, problem) => {
    expect(container(options)).toEqual([problem]);
    expect(problems({ app: StudioApp.codeEditor(options) })).toEqual([problem]);
  });

  test('accepts values that are known only at deploy time', () => {
    const stack = agnosticStack();
    const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;
    expect(() => new AppImageConfig(stack, 'Config', {
      appImageConfigName: Lazy.string({ produce: () => 'later' }),
      app: StudioApp.jupyterLab({
        containerArguments: list, containerEntrypoint: [Lazy.string({ produce: () => 'x' })], containerEnvironmentVariables: { A: Token.asString({ Ref: 'List' }) },
      }),
    })).not.toThrow();
  });
});

describe('a kernel', () => {
  test.each<Partial<StudioKernelOptions>>([
    { kernelName: 'k'.repeat(1024), kernelDisplayName: 'd'.repeat(1024), mountPath: `/${'m'.repeat(1023)}` },
    { mountPath: '/' },
    { defaultUid: 0, defaultGid: 0 },
    { defaultUid: 1000, defaultGid: 100 },
    // SageMaker fills in its defaults, 1000 and 100.
    { defaultUid: 1000 },
    { defaultGid: 100 },
    { defaultUid: Token.asNumber({ Ref: 'Uid' }), defaultGid: 0 },
    { defaultUid: 0, defaultGid: Token.asNumber({ Ref: 'Gid' }) },
  ])('accepts options at their limits (%#)', (options) => {
    expect(kernel(options)).toEqual([]);
  });

  test.each<[Partial<StudioKernelOptions>, RegExp]>([
    [{ kernelName: 'k'.repeat(1025) }, /^kernelName has 1025 characters/],
    [{ kernelDisplayName: '' }, /^kernelDisplayName is empty/],
    [{ kernelDisplayName: 'd'.repeat(1025) }, /^kernelDisplayName has 1025 characters/],
    [{ mountPath: '' }, /^mountPath is empty/],
    [{ mountPath: `/${'m'.repeat(1024)}` }, /^mountPath has 1025 characters/],
    [{ mountPath: 'home/user' }, /^mountPath 'home\/user' is not an absolute path: start it with '\/'$/],
    [{ defaultUid: 0 }, /^defaultUid 0 and defaultGid 100 \(the default\) are not supported by SageMaker: use 0 and 0, or 1000 and 100$/],
    [{ defaultGid: 0 }, /^defaultUid 1000 \(the default\) and defaultGid 0 are not supported by SageMaker: use 0 and 0, or 1000 and 100$/],
    [{ defaultUid: 0, defaultGid: 100 }, /^defaultUid 0 and defaultGid 100 are not supported by SageMaker: use 0 and 0, or 1000 and 100$/],
    [{ defaultUid: 1000, defaultGid: 1000 }, /^defaultUid 1000 and defaultGid 1000 are not supported by SageMaker: use 0 and 0, or 1000 and 100$/],
    [{ defaultUid: Token.asNumber({ Ref: 'Uid' }), defaultGid: 5 }, /^defaultUid \(a token\) and defaultGid 5 are not supported by SageMaker: use 0 and 0, or 1000 and 100$/],
  ])('rejects options beyond their limits (%#)', (options, problem) => {
    expect(kernel(options)).toEqual([expect.stringMatching(problem)]);
  });
});

describe('tags', () => {
  test.each([[entries(50)], [{ ['k'.repeat(128)]: 'v'.repeat(128) }], [{ 'Größe: 1/2 @ +=-_.': 'ä' }]])('are accepted at their limits (%#)', (tags) => {
    expect(problems({ tags })).toEqual([]);
  });

  test.each<[Record<string, string>, RegExp]>([
    [entries(51), /^tags has 51 entries, at most 50 are allowed/],
    [{ '': 'v' }, /^the tag key '' is empty/],
    [{ ['k'.repeat(129)]: 'v' }, /has 129 characters, at most 128/],
    [{ k: '' }, /^the value of tag 'k' is empty/],
    [{ k: 'v'.repeat(129) }, /^the value of tag 'k' has 129 characters, at most 128/],
    [{ 'k#': 'v' }, /^the tag key 'k#' has a character that is not allowed/],
    [{ k: 'v%' }, /^the value of tag 'k' 'v%' has a character that is not allowed/],
    [{ 'AWS:x': 'v' }, /starts with 'aws:'/],
  ])('are rejected beyond their limits (%#)', (tags, problem) => {
    expect(problems({ tags })).toEqual([expect.stringMatching(problem)]);
  });
});
