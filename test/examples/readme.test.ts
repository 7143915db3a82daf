import { spawnSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { EXAMPLES, Synthesized, synthFolder } from '../../scripts/examples/synth';

const ROOT = join(EXAMPLES, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const [, , code] = /^```(ts.*)\n([^]*?)^```$/m.exec(README)!;
const CONTEXT = { domainId: 'd-abc123', executionRole: 'arn:aws:iam::123456789012:role/StudioExecutionRole' };

// The compiler checks the types of the library and of the CDK too.
jest.setTimeout(180_000);

describe('the first example in README.md', () => {
  let folder: string;

  beforeAll(() => {
    // In the repository, where the app can resolve its packages.
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.build', 'readme-'));
    writeFileSync(join(folder, 'app.ts'), code);
    cpSync(join(EXAMPLES, 'studio', 'torch'), join(folder, 'torch'), { recursive: true });
    const paths = { 'cdk-sagemaker-images': [join(ROOT, 'src', 'index.ts')] };
    writeFileSync(join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'test', 'tsconfig.json'), compilerOptions: { paths }, files: ['app.ts'], include: [] }));
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node -r ts-node/register/transpile-only -r tsconfig-paths/register app.ts' }));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is the app of examples/studio', () => {
    const example = readFileSync(join(EXAMPLES, 'studio', 'app.ts'), 'utf8');
    expect(code).toBe(example.slice(example.indexOf('import ')));
  });

  test('compiles as it stands', () => {
    expect(spawnSync('npx', ['tsc', '-p', folder], { cwd: ROOT, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
  });

  test('creates the resources in its folder without a warning', () => {
    const { template, messages }: Synthesized = synthFolder(folder, CONTEXT);
    expect(messages).toEqual([]);
    expect(Object.values(template.Resources).map(({ Type }) => Type)).toEqual(expect.arrayContaining([
      'AWS::SageMaker::Image', 'AWS::SageMaker::ImageVersion', 'AWS::SageMaker::AppImageConfig', 'Custom::SageMakerStudioAttachments',
    ]));
  });

  test('is followed by the deployment with all values that it reads from the context', () => {
    const read = [...code.matchAll(/getContext\('(\w+)'\)/g)].map(([, name]) => name);
    const [command] = /^npx cdk deploy .*$/m.exec(README.slice(README.indexOf(code)))!;
    expect(read.sort()).toEqual(Object.keys(CONTEXT).sort());
    expect(Object.fromEntries([...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))).toEqual(CONTEXT);
  });
});
