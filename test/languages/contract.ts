import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { App, Stack } from 'aws-cdk-lib';
import { installExample, releasesIn } from './example';
import { Offline } from './offline';
import { Project } from './project';
import { CONTEXTS, templatesOf, typeScriptTemplates } from './typescript';
import { Cdk, CdkResult } from '../../emulator/cdk';
import { pushContainerImages, STEPS, verify } from '../../scripts/demo/quickstart';
import { leftOut, Target } from '../../scripts/package/targets';
import { BaseImage, Image, MlFramework } from '../../src';
import { createDomain, domainInService } from '../deploy/domains';

/** The error that a mistake causes. */
export interface Mistake {
  /** The type of the exception, or the program that reports the error. */
  readonly type: string;
  readonly message: string;
}

/** The parts of the test that differ between languages. */
export interface Language {
  /** The folder under examples/. */
  readonly name: string;
  readonly target: Target;
  /** The errors that the mistakes cause in this language. */
  readonly expected: { wrongProperty: Mistake; missing: Mistake; invalid: { type: string }; atSynth: { type: string }; number?: { type: string } };
  /** The offline AWS to deploy to. */
  offline(): Promise<Offline>;
  /** Prepares a project, before its packages are installed. */
  prepare?(project: Project): Promise<void>;
  /** Runs the mistakes in test/languages/mistakes/<name>. */
  mistakes(project: Project): Promise<Record<'wrongProperty' | 'missing' | 'invalid' | 'atSynth', Mistake> & { number?: Mistake }>;
}

/** The image that the app creates in addition if it has a Studio domain. */
const EDITOR = { image: 'editor', version: 1, status: 'CREATED', processor: 'CPU' };

/** Defines the tests that every language must pass. */
export function testLanguage(language: Language): void {
  const { name, target, expected, offline } = language;
  const reason = leftOut(target);
  if (reason) {
    process.stderr.write(`SKIPPED: ${name}, ${reason}\n`);
  }

  (reason ? describe.skip : describe)(`examples/${name}`, () => {
    let project: Project;

    beforeAll(async () => {
      project = new Project(name, [`examples/${name}`, `test/languages/mistakes/${name}`]);
      await language.prepare?.(project);
      await installExample(project);
    });

    test('has a README with the commands of all releases', () => {
      expect(releasesIn(project)).toEqual(STEPS.map(({ command }) => `npx ${command}`));
    });

    test.each(CONTEXTS)('synthesizes the same templates as the TypeScript app for %o', async (context) => {
      expect(await templatesOf(project, context)).toEqual(typeScriptTemplates(context));
    });

    test('turns mistakes into exceptions of the language, with the full message', async () => {
      const { wrongProperty, missing: missingProperty, invalid, atSynth, number } = await language.mistakes(project);
      expect(wrongProperty).toEqual({ type: expected.wrongProperty.type, message: expect.stringContaining(expected.wrongProperty.message) });
      expect(missingProperty).toEqual({ type: expected.missing.type, message: expect.stringContaining(expected.missing.message) });
      expect(invalid).toEqual({ type: expected.invalid.type, message: expect.stringContaining(messageOf(addInvalidVersion)) });
      expect(atSynth).toEqual({ type: expected.atSynth.type, message: expect.stringContaining(messageOf(synthOneAliasTwice)) });
      expect(number).toEqual(expected.number && { ...expected.number, message: expect.stringContaining('description contains the number token of Mistakes/Torch/Number') });
    });

    describe('on the offline AWS', () => {
      let domainId: string;
      const env = process.env;

      beforeAll(async () => {
        // The CLI runs the app in the environment of this process.
        process.env = project.env;
        const { aws, client } = await offline();
        const cdk = new Cdk(aws, project.folder);
        must(await cdk.bootstrap());
        cdk.dispose();
        await pushContainerImages(aws);
        domainId = await createDomain({ sageMaker: client });
      });

      afterAll(() => { process.env = env; });

      test.each([
        { ...STEPS[0], expected: [...STEPS[0].expected, EDITOR], inStudio: ['JupyterLab torch 2', 'CodeEditor editor 1'] },
        { ...STEPS[STEPS.length - 1], inStudio: [] },
      ])('$title', async ({ inStudio, ...step }) => {
        const { aws, client } = await offline();
        const cdk = new Cdk(aws, project.folder);
        must(await step.run(cdk, '-c', `domainId=${domainId}`));
        expect((await verify(client, step)).problems).toEqual([]);
        expect(await imagesInStudio(client, domainId)).toEqual(inStudio);
        cdk.dispose();
      });
    });
  });
}

/** Throws an error with the output of a command that failed. */
function must({ ok, output }: CdkResult): void {
  if (!ok) {
    throw new Error(output);
  }
}

/** Returns the app, image and version number of each custom image of a domain. */
async function imagesInStudio(client: SageMakerClient, domainId: string): Promise<string[]> {
  const { DefaultUserSettings: settings } = await domainInService(client, domainId);
  const apps = { JupyterLab: settings?.JupyterLabAppSettings, CodeEditor: settings?.CodeEditorAppSettings };
  return Object.entries(apps).flatMap(([app, { CustomImages: images = [] } = {}]) =>
    images.map(({ ImageName, ImageVersionNumber }) => `${app} ${ImageName} ${ImageVersionNumber}`));
}

const BASE_IMAGE = BaseImage.fromUri('123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4');

// These are the same mistakes as in test/languages/mistakes.
function addInvalidVersion(): void {
  new Image(new Stack(new App(), 'Mistakes'), 'Torch').addVersion('Invalid', {
    baseImage: BASE_IMAGE,
    mlFramework: MlFramework.of('Tensorflow'),
    aliases: ['-gpu'],
    releaseNotes: 'x'.repeat(256),
  });
}

function synthOneAliasTwice(): void {
  const app = new App();
  const image = new Image(new Stack(app, 'Mistakes'), 'Torch');
  ['A', 'B'].forEach((id) => image.addVersion(id, { baseImage: BASE_IMAGE, alias: 'stable' }));
  app.synth();
}

/** Returns the error message of a mistake in TypeScript. */
function messageOf(mistake: () => void): string {
  try {
    mistake();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the mistake caused no error');
}
