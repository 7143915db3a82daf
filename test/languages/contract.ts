import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Project } from './project';
import { Cdk } from '../../emulator/cdk';
import { OfflineAws } from '../../emulator/offline-aws';
import { pushContainerImages, QUICKSTART, sageMaker, STEPS, verify } from '../../scripts/demo/quickstart';
import { missingTools, Target } from '../../scripts/package/targets';
import { BaseImage, Image, MlFramework } from '../../src';

/** What a mistake ends in. */
export interface Mistake {
  /** The type of the exception, or the program that found it. */
  readonly type: string;
  readonly message: string;
}

/** What differs from language to language. */
export interface Language {
  /** Folder under examples/. */
  readonly name: string;
  readonly target: Target;
  /** What the language says to the mistakes. */
  readonly expected: { wrongProperty: Mistake; missing: Mistake; invalid: { type: string } };
  /** Installs the package that was just built, and what it needs. */
  install(project: Project): Promise<void>;
  /** Runs the mistakes in test/languages/mistakes/<name>. */
  mistakes(project: Project): Promise<Record<'wrongProperty' | 'missing' | 'invalid', Mistake>>;
}

/** What holds in every language. */
export function testLanguage(language: Language): void {
  const { name, target, expected } = language;
  const missing = missingTools(target);
  if (missing.length > 0) {
    process.stderr.write(`SKIPPED: ${name}, since ${missing.join(' and ')} is not on this machine\n`);
  }

  (missing.length > 0 ? describe.skip : describe)(`examples/${name}`, () => {
    let project: Project;

    beforeAll(async () => {
      project = new Project(name, [`examples/${name}`, `test/languages/mistakes/${name}`]);
      await language.install(project);
    });

    test('makes the template of the TypeScript app', async () => {
      const template = await project.synth('Quickstart', { release: '2' });
      expect(template).toEqual(await typeScriptTemplate(name, { release: '2' }));
    });

    test('turns mistakes into exceptions of the language, with the whole message', async () => {
      const { wrongProperty, missing: missingProperty, invalid } = await language.mistakes(project);
      expect(wrongProperty).toEqual({ type: expected.wrongProperty.type, message: expect.stringContaining(expected.wrongProperty.message) });
      expect(missingProperty).toEqual({ type: expected.missing.type, message: expect.stringContaining(expected.missing.message) });
      expect(invalid).toEqual({ type: expected.invalid.type, message: expect.stringContaining(messageOfInvalidVersion()) });
    });

    describe('on the offline AWS', () => {
      let aws: OfflineAws;
      const env = process.env;

      beforeAll(async () => {
        // The CLI runs the app in the environment of this process.
        process.env = project.env;
        aws = await OfflineAws.start({ log: () => undefined });
        const cdk = new Cdk(aws, project.folder);
        expect(await cdk.bootstrap()).toMatchObject({ ok: true });
        cdk.dispose();
        await pushContainerImages(aws);
      });

      afterAll(async () => {
        await aws?.stop();
        process.env = env;
      });

      test.each([STEPS[0], STEPS[STEPS.length - 1]].map((step) => [step.title, step] as const))('%s', async (_title, step) => {
        const cdk = new Cdk(aws, project.folder);
        const client = sageMaker(aws);
        const { ok, output } = await step.run(cdk);
        expect({ ok, output }).toEqual({ ok: true, output });
        expect((await verify(client, step)).problems).toEqual([]);
        client.destroy();
        cdk.dispose();
      });
    });
  });
}

/** The same app in TypeScript, on the sources; `name` keeps tests that run side by side apart. */
async function typeScriptTemplate(name: string, context: Record<string, string>): Promise<unknown> {
  const { app } = JSON.parse(readFileSync(join(QUICKSTART, 'cdk.json'), 'utf8'));
  const project = new Project(`typescript-${name}`, []);
  await project.must(`cd ${QUICKSTART} && ${app}`, { CDK_OUTDIR: project.folder, CDK_CONTEXT_JSON: JSON.stringify(context) });
  return JSON.parse(project.read('Quickstart.template.json'));
}

/** What TypeScript says to the version that test/languages/mistakes makes in each language. */
function messageOfInvalidVersion(): string {
  const stack = new Stack(new App(), 'Mistakes');
  try {
    new Image(stack, 'Torch').addVersion('Invalid', {
      baseImage: BaseImage.fromUri('123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4'),
      mlFramework: MlFramework.of('Tensorflow'),
      aliases: ['-gpu'],
      releaseNotes: 'x'.repeat(256),
    });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the version is valid');
}
