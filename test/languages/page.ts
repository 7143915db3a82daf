import { mkdirSync, readFileSync, symlinkSync } from 'fs';
import { dirname, join } from 'path';
import { stepsIn } from './document';
import { expectStudioImage } from './expected';
import { Offline } from './offline';
import { Project, ROOT } from './project';
import { findBuilder, podmanEnvironment } from '../../emulator/podman';
import { ensureVenv } from '../../emulator/venv';
import { leftOut, Target } from '../../scripts/package/targets';
import { domainInService } from '../deploy/domains';

const PAGES = join(ROOT, 'docs', 'getting-started');
/** The domain in all pages. */
const DOMAIN = 'd-abc123';

/** A page of docs/getting-started. */
export interface Page {
  readonly name: string;
  readonly target: Target;
  /** The file with the stack. */
  readonly stack: string;
  /** Prepares the project, before its packages are installed. */
  readonly prepare?: (project: Project) => Promise<void>;
  /** The offline AWS to deploy to, if the page is deployed. */
  readonly offline?: () => Promise<Offline>;
}

/** The text of a page. */
export const textOf = (name: string) => readFileSync(join(PAGES, `${name}.md`), 'utf8');

/** Creates the app of a page with its commands and files, next to a clone of this repository. */
export async function createApp({ name, prepare }: Page): Promise<Project> {
  const project = new Project(join('getting-started', name), []);
  symlinkSync(ROOT, join(project.folder, 'cdk-sagemaker-images'));
  const [create, ...rest] = stepsIn(textOf(name), 'Create the app');
  await project.follow([create]);
  project.enter('notebooks');
  await prepare?.(project);
  await project.follow(rest);
  return project;
}

/** Defines the tests of a page. */
export function testPage(page: Page): void {
  const { name, target, stack, offline } = page;
  const text = textOf(name);
  const reason = leftOut(target);
  if (reason) {
    process.stderr.write(`SKIPPED: running docs/getting-started/${name}.md, ${reason}\n`);
  }

  test(`docs/getting-started/${name}.md builds the package of the language`, () => {
    expect(stepsIn(text, 'Build the package')).toEqual([{ commands: expect.stringContaining(`npm run package -- ${target}\n`) }]);
  });

  (reason ? describe.skip : describe)(`docs/getting-started/${name}.md`, () => {
    let project: Project;

    beforeAll(async () => { project = await createApp(page); }, 600_000);

    test('synthesizes an app that attaches a Dockerfile to the domain, without a warning', async () => {
      project.env.CDK_VALIDATION = 'true';
      const output = await project.follow(stepsIn(text, 'Synthesize'));
      expect(output).not.toMatch(/warning|error/i);
      expectStudioImage(JSON.parse(project.read('cdk.out/NotebooksStack.template.json')), DOMAIN);
    });

    const builder = findBuilder();
    if (offline && !builder.name) {
      process.stderr.write(`SKIPPED: deploying docs/getting-started/${name}.md, ${builder.reason}\n`);
    }

    if (offline) {
      (builder.name ? test : test.skip)('deploys to the offline AWS as docs/getting-started/offline.md says, and destroys', async () => {
        const { aws, client } = await offline();
        const containers = podmanEnvironment(aws)!;
        Object.assign(project.env, onlyAws(aws.env), containers.env, UNATTENDED, { PATH: [awsCli(project), project.env.PATH].join(':') });
        try {
          const created = await project.follow(stepsIn(textOf('offline'), 'Create a domain'));
          const [, domain] = /domain\/(d-[a-z0-9-]+)/.exec(created)!;
          project.replace(stack, DOMAIN, domain);
          const images = async () => (await domainInService(client, domain)).DefaultUserSettings?.JupyterLabAppSettings?.CustomImages ?? [];

          await project.follow(stepsIn(text, 'Deploy'));
          expect(await images()).toEqual([expect.objectContaining({ ImageVersionNumber: 1 })]);
          const [{ commands }] = stepsIn(textOf('offline'), 'See the result') as { commands: string }[];
          expect(await project.must(commands.replace(DOMAIN, domain))).toContain('"ImageVersionNumber": 1');

          await project.follow(stepsIn(text, 'Clean up'));
          expect(await images()).toEqual([]);
        } finally {
          containers.dispose();
        }
      });
    }
  });
}

/** The CDK CLI asks no questions, because nobody can answer them. */
const UNATTENDED = { CDK_REQUIRE_APPROVAL: 'never', CDK_FORCE: 'true', AWS_PAGER: '' };

/** Returns a folder with the AWS CLI, and without the Python that it is installed for. */
function awsCli(project: Project): string {
  const bin = join(project.folder, '..', 'bin');
  mkdirSync(bin);
  symlinkSync(join(dirname(ensureVenv(() => undefined, join(ROOT, 'emulator', 'clients'))), 'aws'), join(bin, 'aws'));
  return bin;
}

/** Returns the variables with which clients reach the offline AWS. */
function onlyAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => /^(AWS|CDK)_/.test(name)));
}
