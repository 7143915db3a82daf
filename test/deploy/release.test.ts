import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CreateSpaceCommand, ListAliasesCommand } from '@aws-sdk/client-sagemaker';
import { attachmentScenarios, domainWithTheirs, entriesOf, othersOf } from './attachments';
import type { Cloud } from './cloud';
import { EXECUTION_ROLE } from './domains';
import { ENVIRONMENT } from './environment';
import { Cdk } from '../../emulator/cdk';
import { BuilderEnvironment, findBuilder, podmanEnvironment } from '../../emulator/podman';
import { EXAMPLES } from '../../scripts/examples/synth';

const ROOT = join(__dirname, '..', '..');
const NAME = 'release-torch';

/** The aliases of each version, by its number. */
async function labels({ sageMaker }: Cloud, numbers: readonly number[]): Promise<Record<number, string>> {
  const lists = await Promise.all(numbers.map((Version) => sageMaker.send(new ListAliasesCommand({ ImageName: NAME, Version }))));
  return Object.fromEntries(lists.map(({ SageMakerImageVersionAliases: aliases = [] }, index) => [numbers[index], aliases.sort().join(' ')]));
}

/** What the account has of the release. */
async function state(cloud: Cloud, domain: string) {
  const numbers = (await cloud.versions()).filter(({ image, status }) => image === NAME && status === 'CREATED').map(({ version }) => Number(version));
  const entries = (await entriesOf(cloud, domain)).map((entry) => entry.replace(`${NAME}:`, 'ours:'));
  return { versions: await labels(cloud, numbers), domain: entries };
}

const found = findBuilder();

if (found.name) {
  const scenario = attachmentScenarios();
  let folder: string;
  let builder: BuilderEnvironment | undefined;

  beforeAll(() => {
    // In the repository, where the app can resolve its packages.
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.build', 'release-'));
    cpSync(join(EXAMPLES, 'release'), folder, { recursive: true });
    const paths = { 'cdk-sagemaker-images': [join(ROOT, 'src', 'index.ts')] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(ROOT, 'test', 'tsconfig.json'), compilerOptions: { paths } }));
  });
  afterAll(() => {
    builder?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  // The base image of the example is not available offline.
  const changeDockerfile = (release: string) =>
    writeFileSync(join(folder, 'torch', 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /Dockerfile\nLABEL release="${release}"\n`);
  const setProd = (number: number) => {
    const file = join(folder, 'app.ts');
    const before = readFileSync(file, 'utf8');
    const after = before.replace(/^const PROD = \d+;$/m, `const PROD = ${number};`);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
  };

  scenario('examples/release: versions of a Dockerfile are kept, promoted, rolled back and pruned, each by one small change', async (cloud) => {
    builder = podmanEnvironment(cloud.aws);
    cloud.addEnvironment(builder!.env);
    const domain = await domainWithTheirs(cloud);
    const cdk = new Cdk(cloud.aws, folder);
    const context = ['-c', `domainId=${domain}`, '-c', `executionRole=${EXECUTION_ROLE}`];
    const others = async () => (await othersOf(cloud, domain)).replace(/(, ?)?\{[^{}]*"ImageName": ?"release-torch"[^{}]*\}/g, '');
    const theirs = await others();
    const deploy = async () => {
      const { ok, output } = await cdk.deploy(...context);
      expect({ ok, output }).toEqual({ ok: true, output });
      expect(output).not.toContain('cdk-sagemaker-images:');
      expect(await others()).toBe(theirs);
      return { ...await state(cloud, domain), report: (await cloud.outputs('Release')).RetentionReport };
    };
    try {
      changeDockerfile('one');
      expect(await deploy()).toMatchObject({ versions: { 1: '1 prod staging' }, domain: ['theirs:1', 'ours:1'] });

      changeDockerfile('two');
      expect(await deploy()).toMatchObject({ versions: { 1: '1 prod', 2: 'staging' }, domain: ['theirs:1', 'ours:1'] });

      // Another team starts a space with the version that is in production.
      await cloud.sageMaker.send(new CreateSpaceCommand({
        DomainId: domain,
        SpaceName: 'theirs',
        SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { SageMakerImageVersionArn: `arn:aws:sagemaker:${ENVIRONMENT.region}:${ENVIRONMENT.account}:image-version/${NAME}/1` } } },
      }));

      setProd(2);
      expect(await deploy()).toMatchObject({ versions: { 1: '', 2: '1 prod staging' }, domain: ['theirs:1', 'ours:2'] });

      setProd(1);
      expect(await deploy()).toMatchObject({ versions: { 1: '1 prod', 2: 'staging' }, domain: ['theirs:1', 'ours:1'] });

      changeDockerfile('three');
      expect(await deploy()).toMatchObject({ versions: { 1: '1 prod', 2: '', 3: 'staging' }, domain: ['theirs:1', 'ours:1'] });

      setProd(3);
      expect(await deploy()).toMatchObject({ versions: { 1: '', 2: '', 3: '1 prod staging' }, domain: ['theirs:1', 'ours:3'] });

      // Version 1 is in use, and nobody needs version 2 any longer.
      changeDockerfile('four');
      const last = await deploy();
      expect(last).toMatchObject({ versions: { 1: '', 3: '1 prod', 4: 'staging' }, domain: ['theirs:1', 'ours:3'] });
      expect(last.report).toMatch(/deleted 2; kept .*1 \(.*space 'theirs'/);

      expect(await cdk.destroy(...context)).toMatchObject({ ok: true });
      expect(await entriesOf(cloud, domain)).toEqual(['theirs:1']);
      expect(await others()).toBe(theirs);
    } finally {
      cdk.dispose();
    }
  });
} else {
  process.stderr.write(`SKIPPED: the deploy test of examples/release, because ${found.reason}\n`);
  test.skip('examples/release is deployed', () => undefined);

}
