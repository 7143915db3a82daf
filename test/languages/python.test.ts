import { readFileSync, rmSync, symlinkSync } from 'fs';
import { join } from 'path';
import { testLanguage } from './contract';
import { installExample } from './example';
import { useOfflineAws } from './offline';
import { testPage } from './page';
import { Project, PROJECTS } from './project';
import { EXAMPLES, synthExample } from '../../scripts/examples/synth';
import { leftOut } from '../../scripts/package/targets';

// All projects share one virtual environment, and pip does not compile what few of them import.
Object.assign(process.env, { PIP_CONSTRAINT: join(__dirname, 'python-constraints.txt'), PIP_COMPILE: '0', PIP_QUIET: '1' });
function shareVenv(project: Project): void {
  const venv = join(project.folder, '.venv');
  rmSync(venv, { force: true });
  symlinkSync(join(PROJECTS, 'python', '.venv'), venv);
}

const offline = useOfflineAws();

testLanguage({
  name: 'python',
  target: 'python',
  offline,
  // Otherwise, pip would keep an earlier build of version 0.0.0.
  prepare: async (project) => { await project.run('pip uninstall --yes cdk-sagemaker-images'); },
  mistakes: async (project) => {
    await project.must('python mistakes.py');
    return JSON.parse(project.read('mistakes.json'));
  },
  expected: {
    wrongProperty: { type: 'TypeError', message: "unexpected keyword argument 'framework'" },
    missing: { type: 'TypeError', message: "missing 1 required keyword-only argument: 'base_image'" },
    invalid: { type: 'RuntimeError' },
    atSynth: { type: 'RuntimeError' },
    number: { type: 'RuntimeError' },
  },
});

testPage({ name: 'python', target: 'python', stack: 'notebooks/notebooks_stack.py', prepare: async (project) => shareVenv(project), offline });

// Without Python, the tests above say why they are skipped.
(leftOut('python') ? describe.skip : describe)('examples/studio-python', () => {
  let project: Project;

  beforeAll(async () => {
    project = new Project('studio-python', ['examples/studio-python']);
    shareVenv(project);
    await installExample(project);
  });

  // test/deploy/studio.test.ts deploys the TypeScript app.
  test('synthesizes the same template as examples/studio', async () => {
    const context = { 'domainId': 'd-other', 'aws:cdk:enable-path-metadata': true };
    expect(await project.synth(['Notebooks'], context)).toEqual([synthExample('studio', context)]);
  });

  test('has a README with the commands of examples/studio', () => {
    const commands = (name: string) => readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8').split('\n').filter((line) => line.startsWith('npx cdk'));
    expect(commands('studio-python')).toEqual(commands('studio'));
  });
});
