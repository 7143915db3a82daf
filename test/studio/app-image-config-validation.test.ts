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

// The compiler asks for it; JavaScript does not.
test('an app that is missing is said', () => {
  expect(problems({ app: undefined, appImageConfigName: 'a' })).toEqual(['app is missing: give StudioApp.jupyterLab() or another']);
});

test('everything that is wrong is said in one error', () => {
  expect(errorOf(() => new AppImageConfig(stackIn(), 'Config', {
    appImageConfigName: 'py.torch',
    app: StudioApp.kernelGateway({ kernelName: '', mountPath: 'home', defaultUid: 500, defaultGid: 500 }),
    tags: { 'aws:x': 'y' },
    removalPolicy: RemovalPolicy.SNAPSHOT,
  }))).toBe([
    'Stack/Config: 6 problems',
    "  appImageConfigName 'py.torch' is no name of an app image config: use letters, digits and hyphens between them (unlike image names, no dots)",
    '  kernelName is empty: give 1 to 1024 characters',
    "  mountPath 'home' is no absolute path: start it with '/'",
    '  defaultUid 500 and defaultGid 500 are no user that SageMaker supports: use 0 and 0, or 1000 and 100',
    "  the tag key 'aws:x' starts with 'aws:', which AWS keeps for itself: choose another key",
    '  removalPolicy SNAPSHOT does not exist for SageMaker images: use DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE',
  ].join('\n'));
});

describe('the name', () => {
  test.each(['a', 'A-1', 'a--b', 'a'.repeat(63)])('may be %s', (appImageConfigName) => {
    expect(problems({ appImageConfigName })).toEqual([]);
  });

  test.each(['', 'a.b', '-a', 'a-', 'a_b', 'a b', 'a'.repeat(64)])('may not be %p', (appImageConfigName) => {
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
  ])('may have options at their limit (%#)', (options) => {
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
  ])('may not have options beyond their limit (%#)', (options, problem) => {
    expect(container(options)).toEqual([problem]);
    expect(problems({ app: StudioApp.codeEditor(options) })).toEqual([problem]);
  });

  test('passes what is known at deploy time only', () => {
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
    // SageMaker completes a pair with its defaults, 1000 and 100.
    { defaultUid: 1000 },
    { defaultGid: 100 },
    { defaultUid: Token.asNumber({ Ref: 'Uid' }), defaultGid: 0 },
    { defaultUid: 0, defaultGid: Token.asNumber({ Ref: 'Gid' }) },
  ])('may have options at their limit (%#)', (options) => {
    expect(kernel(options)).toEqual([]);
  });

  test.each<[Partial<StudioKernelOptions>, RegExp]>([
    [{ kernelName: 'k'.repeat(1025) }, /^kernelName has 1025 characters/],
    [{ kernelDisplayName: '' }, /^kernelDisplayName is empty/],
    [{ kernelDisplayName: 'd'.repeat(1025) }, /^kernelDisplayName has 1025 characters/],
    [{ mountPath: '' }, /^mountPath is empty/],
    [{ mountPath: `/${'m'.repeat(1024)}` }, /^mountPath has 1025 characters/],
    [{ mountPath: 'home/user' }, /^mountPath 'home\/user' is no absolute path/],
    [{ defaultUid: 0 }, /^defaultUid 0 and defaultGid 100 \(the default\) are no user/],
    [{ defaultGid: 0 }, /^defaultUid 1000 \(the default\) and defaultGid 0 are no user/],
    [{ defaultUid: 0, defaultGid: 100 }, /^defaultUid 0 and defaultGid 100 are no user/],
    [{ defaultUid: 1000, defaultGid: 1000 }, /^defaultUid 1000 and defaultGid 1000 are no user/],
    [{ defaultUid: Token.asNumber({ Ref: 'Uid' }), defaultGid: 5 }, /^defaultUid \(a token\) and defaultGid 5 are no user/],
  ])('may not have options beyond their limit (%#)', (options, problem) => {
    expect(kernel(options)).toEqual([expect.stringMatching(problem)]);
  });
});

describe('tags', () => {
  test.each([[entries(50)], [{ ['k'.repeat(128)]: 'v'.repeat(128) }], [{ 'Größe: 1/2 @ +=-_.': 'ä' }]])('may be at their limit (%#)', (tags) => {
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
  ])('may not be beyond their limit (%#)', (tags, problem) => {
    expect(problems({ tags })).toEqual([expect.stringMatching(problem)]);
  });
});
