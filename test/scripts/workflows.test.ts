import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';

const GITHUB = join(__dirname, '..', '..', '.github');
const PUBLISHER = '.repo/.github/publisher';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly permissions: Record<string, string>;
  readonly environment?: string;
  readonly steps: Step[];
}

const jobs: [string, Job][] = readdirSync(join(GITHUB, 'workflows')).flatMap((file) => {
  const workflow: { jobs: Record<string, Job> } = parse(readFileSync(join(GITHUB, 'workflows', file), 'utf8'));
  return Object.entries(workflow.jobs).map(([id, job]): [string, Job] => [`${file} ${id}`, job]);
});
const jobsBy = (criterion: (job: Job) => boolean) => jobs.filter(([, job]) => criterion(job)).map(([name]) => name);
const job = (name: string) => jobs.find(([other]) => other === name)![1];
const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ? [run] : []);

/** The jobs that publish packages, and the program of each. */
const PUBLISHING = {
  'release.yml release_npm': 'publib-npm',
  'release.yml release_maven': 'publib-maven',
  'release.yml release_pypi': 'publib-pypi',
  'release.yml release_nuget': 'publib-nuget',
  'release.yml release_golang': 'publib-golang',
};

describe('a workflow', () => {
  test('only reads, except for the job that creates the tag', () => {
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      'build.yml build': { contents: 'read' },
      'pull-request-lint.yml validate': { 'pull-requests': 'read' },
      'release.yml release': { contents: 'read' },
      'release.yml release_github': { contents: 'write' },
      'release.yml release_npm': { 'contents': 'read', 'id-token': 'write' },
      'release.yml release_maven': { contents: 'read' },
      'release.yml release_pypi': { 'contents': 'read', 'id-token': 'write' },
      'release.yml release_nuget': { 'contents': 'read', 'id-token': 'write' },
      'release.yml release_golang': { contents: 'read' },
      'upgrade-main.yml upgrade': { contents: 'read' },
      'upgrade-main.yml pr': { contents: 'read' },
    });
  });

  test('has secrets, tokens and the environment of releases only in jobs that run no code of this repository', () => {
    const code = jobsBy((one) => commands(one).some((command) => /\b(projen|npm (ci|test|run)|npx|\.ci\/run)\b/.test(command.replace(/npm ci --ignore-scripts$/, ''))));
    const trusted = jobsBy((one) => /secrets\.|"write"/.test(JSON.stringify(one)) || one.environment !== undefined);
    expect(code).toEqual(['build.yml build', 'release.yml release', 'upgrade-main.yml upgrade']);
    expect(trusted).toEqual(['pull-request-lint.yml validate', 'release.yml release_github', ...Object.keys(PUBLISHING), 'upgrade-main.yml pr']);
  });

  test('uses each action at a commit or at an exact release', () => {
    const uses = jobs.flatMap(([, { steps }]) => steps.flatMap((step) => step.uses ?? []));
    expect(uses.length).toBeGreaterThan(20);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@([0-9a-f]{40}|v\d+\.\d+\.\d+)$/.test(action))).toEqual([]);
  });
});

describe.each(Object.entries(PUBLISHING))('%s', (name, program) => {
  const pip = ['publib-pypi', 'publib-nuget'].includes(program);

  test('runs nothing but the publisher', () => {
    expect(commands(job(name))).toEqual([
      'cd dist && setfacl --restore=permissions-backup.acl',
      ...program === 'publib-golang' ? ['ssh-agent -a ${SSH_AUTH_SOCK} && ssh-add - <<< "${GITHUB_DEPLOY_KEY}"'] : [],
      'npm ci --ignore-scripts',
      ...pip ? ['python3 -m pip download --require-hashes --only-binary :all: -r requirements.txt -d wheels'] : [],
      `${PUBLISHER}/node_modules/.bin/${program}`,
    ]);
  });

  test('publishes what the job that builds has uploaded, and checks out lock files only', () => {
    const { steps } = job(name);
    expect(steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')).map((step) => step.with)).toEqual([
      { 'path': '.repo', 'sparse-checkout': '/.github/publisher/', 'sparse-checkout-cone-mode': false, 'persist-credentials': false },
    ]);
    expect(steps.filter(({ uses }) => uses?.startsWith('actions/download-artifact@')).map((step) => step.with)).toEqual([
      { 'artifact-ids': '${{ needs.release.outputs.artifact_id }}', 'path': 'dist' },
    ]);
  });

  test('finds Python packages only among those that were verified', () => {
    const { env } = job(name).steps.find((step) => step.name === 'Release')!;
    const wanted = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: `\${{ github.workspace }}/${PUBLISHER}/wheels`, PYTHONSAFEPATH: '1' };
    expect(Object.fromEntries(Object.entries(env!).filter(([key]) => /^(PIP|PYTHON)/.test(key)))).toEqual(pip ? wanted : {});
  });
});

describe('the publisher', () => {
  const lock = JSON.parse(readFileSync(join(GITHUB, 'publisher', 'package-lock.json'), 'utf8'));
  const { '': root, ...packages } = lock.packages as Record<string, { integrity?: string; dependencies?: object }>;

  test('is one exact version, with a hash for each of its packages', () => {
    const { dependencies } = JSON.parse(readFileSync(join(GITHUB, 'publisher', 'package.json'), 'utf8'));
    expect(dependencies).toEqual({ publib: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(root.dependencies).toEqual(dependencies);
    expect(Object.keys(packages).length).toBeGreaterThan(10);
    expect(Object.entries(packages).filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  test('has a hash for each Python package that it installs', () => {
    const pinned = readFileSync(join(GITHUB, 'publisher', 'requirements.txt'), 'utf8').split('\n').filter((line) => /^\w/.test(line));
    expect(pinned.filter((line) => !/^[\w.-]+==\S+ \\$/.test(line))).toEqual([]);
    expect(pinned.map((line) => line.split('==')[0])).toEqual(expect.arrayContaining(['id', 'pypi-attestations', 'twine']));
  });
});
