import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Aspects, aws_ecr_assets as assets, aws_iam as iam, aws_sagemaker as sagemaker, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AppImageConfig, BaseImage, BaseImageAssetOptions, Image, ImageVersion, StudioApp, StudioAttachment, StudioImage, StudioTarget, StudioTargetOptions,
} from 'cdk-sagemaker-images';
import { Construct } from 'constructs';
import { baseImage, errorOf, stackIn, warningsOf } from '../helpers/fixtures';
import { domainIn, ROLE_ARN, STUDIO_ATTACHMENTS } from '../helpers/studio';

const LATEST = 'FROM public.ecr.aws/sagemaker/sagemaker-distribution:3.5-cpu';
const ENTRY_POINT = 'cdk-sagemaker-images:unifiedStudioEntryPoint';
const BASE_IMAGE = 'cdk-sagemaker-images:unifiedStudioBaseImage';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(dockerfile: string, name = 'Dockerfile'): string {
  const folder = mkdtempSync(join(tmpdir(), 'unified-'));
  folders.push(folder);
  writeFileSync(join(folder, name), dockerfile);
  return folder;
}

const built = (dockerfile: string, options?: BaseImageAssetOptions) => BaseImage.fromAsset(folderWith(dockerfile, options?.file), options);

function projectIn(stack: Stack, options: StudioTargetOptions = { unifiedStudio: true }): StudioTarget {
  const executionRole = iam.Role.fromRoleArn(stack, `Role${stack.node.children.length}`, ROLE_ARN);
  return StudioTarget.existingDomain('d-abc123', { executionRole, ...options });
}

/** Returns the warnings about Unified Studio of an image in a project. */
function warningsFor(image: BaseImage, app = StudioApp.jupyterLab(), options?: StudioTargetOptions): { path: string; id?: string; text: string }[] {
  const stack = stackIn();
  new StudioImage(stack, 'Torch', { baseImage: image, app, attachTo: [projectIn(stack, options)] });
  return warningsOf(stack).filter(({ id }) => [ENTRY_POINT, BASE_IMAGE].includes(id!));
}

describe('the base image for Unified Studio', () => {
  test.each([
    ['3.5', LATEST],
    ['2.6, the first version', 'FROM public.ecr.aws/sagemaker/sagemaker-distribution:2.6-gpu'],
    ['2.10', 'FROM public.ecr.aws/sagemaker/sagemaker-distribution:2.10.1-cpu'],
    ['the latest 2', 'FROM public.ecr.aws/sagemaker/sagemaker-distribution:2-cpu'],
    ['the latest of all', 'FROM public.ecr.aws/sagemaker/sagemaker-distribution:latest-cpu'],
    ['an unknown version', 'FROM public.ecr.aws/sagemaker/sagemaker-distribution'],
    ['a digest', `FROM public.ecr.aws/sagemaker/sagemaker-distribution@sha256:${'1'.repeat(64)}`],
    ['a pull-through cache', 'FROM 111111111111.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/sagemaker/sagemaker-distribution:3.0-cpu'],
    ['another stage', `${LATEST} AS base\nFROM base`],
    ['an argument without a value', 'ARG BASE\nFROM $BASE'],
  ])('can be %s', (_, dockerfile) => {
    expect(warningsFor(built(dockerfile))).toEqual([]);
  });

  test.each([
    ['older', 'public.ecr.aws/sagemaker/sagemaker-distribution:2.5.1-cpu', 'is older than version 2.6'],
    ['much older', 'public.ecr.aws/sagemaker/sagemaker-distribution:1.12-cpu', 'is older than version 2.6'],
    ['much older, with the latest minor version', 'public.ecr.aws/sagemaker/sagemaker-distribution:1-gpu', 'is older than version 2.6'],
    ['something else', 'python:3.12-slim', 'is not SageMaker Distribution'],
    ['something with a similar name', 'me/my-sagemaker-distribution:3.0', 'is not SageMaker Distribution'],
  ])('is reported if it is %s', (_, base, problem) => {
    expect(warningsFor(built(`FROM ${base}`))).toEqual([{
      path: 'Stack/Torch/Image/Version',
      id: BASE_IMAGE,
      text: `the Dockerfile of the base image starts with FROM '${base}', which ${problem}: for SageMaker Unified Studio, `
        + "start it with 'public.ecr.aws/sagemaker/sagemaker-distribution', version 2.6 or later",
    }]);
  });

  test('is read with the file, the build arguments and the target of the asset', () => {
    const options = { file: 'gpu.Dockerfile', buildArgs: { TAG: '1.0' }, target: 'gpu' };
    const dockerfile = 'ARG TAG=3.0\nFROM public.ecr.aws/sagemaker/sagemaker-distribution:$TAG AS gpu\nFROM python:3';
    expect(warningsFor(built(dockerfile, options)).map(({ text }) => text)).toEqual([expect.stringContaining("sagemaker-distribution:1.0', which is older")]);
  });

  test('is read from an asset that is defined elsewhere, and from that of an L1', () => {
    const stack = stackIn();
    const asset = new assets.DockerImageAsset(stack, 'Asset', { directory: folderWith('FROM python:3') });
    const image = new Image(stack, 'Torch', { imageName: 'torch' });
    const versions = [
      image.addVersion('V', { baseImage: BaseImage.fromDockerImageAsset(asset) }),
      new sagemaker.CfnImageVersion(stack, 'L1', { imageName: 'torch', baseImage: asset.imageUri }),
    ];
    versions.forEach((imageVersion, index) => new StudioAttachment(stack, `A${index}`, {
      imageVersion, appImageConfig: new AppImageConfig(stack, `C${index}`, { app: StudioApp.jupyterLab() }), target: projectIn(stack),
    }));
    expect(warningsOf(stack).filter(({ id }) => id === BASE_IMAGE).map(({ path }) => path).sort()).toEqual(['Stack/L1', 'Stack/Torch/V']);
  });

  test('is not judged if it is not built by the app, or if its Dockerfile cannot be read', () => {
    const stack = stackIn();
    const archive = join(folderWith(''), 'torch.tar');
    writeFileSync(archive, '');
    const folder = folderWith('FROM python:3');
    const gone = new Image(stack, 'Gone').addVersion('V', { baseImage: BaseImage.fromAsset(folder) });
    new StudioAttachment(stack, 'A', { imageVersion: gone, appImageConfig: new AppImageConfig(stack, 'C', { app: StudioApp.jupyterLab() }), target: projectIn(stack) });
    rmSync(join(folder, 'Dockerfile'));
    expect(warningsOf(stack).filter(({ id }) => id === BASE_IMAGE)).toEqual([]);
    expect([BaseImage.fromTarball(archive), baseImage('1')].flatMap((image) => warningsFor(image))).toEqual([]);
  });
});

describe('the entry point for Unified Studio', () => {
  const withEntryPoint = (entryPoint?: string[]) => StudioApp.jupyterLab({ containerEntrypoint: entryPoint });

  test.each([
    ['no entry point', StudioApp.jupyterLab({ containerArguments: ['--debug'] })],
    ['the script for JupyterLab', withEntryPoint(['entrypoint-sagemaker-ui-jupyter-server'])],
    ['its path', withEntryPoint(['/usr/local/bin/entrypoint-sagemaker-ui-jupyter-server'])],
    ['the script for Code Editor', StudioApp.codeEditor({ containerEntrypoint: ['entrypoint-code-editor'] })],
    ['a token', withEntryPoint([Token.asString({ Ref: 'Parameter' })])],
    ['a dynamic reference', withEntryPoint(['{{resolve:ssm:/entry-point}}'])],
    ['a list that is a token', withEntryPoint(Token.asList({ Ref: 'Parameter' }))],
  ])('can be %s', (_, app) => {
    expect(warningsFor(baseImage('1'), app)).toEqual([]);
  });

  test.each([
    ['JupyterLab', 'jupyter-lab', 'entrypoint-sagemaker-ui-jupyter-server', withEntryPoint(['jupyter-lab'])],
    ['JupyterLab', 'entrypoint-code-editor', 'entrypoint-sagemaker-ui-jupyter-server', withEntryPoint(['entrypoint-code-editor'])],
    ['CodeEditor', 'run.sh', 'entrypoint-code-editor', StudioApp.codeEditor({ containerEntrypoint: ['run.sh'] })],
  ])('of %s is reported if it is %s', (appType, entryPoint, script, app) => {
    expect(warningsFor(baseImage('1'), app)).toEqual([{
      path: `Stack/Torch/${appType}`,
      id: ENTRY_POINT,
      text: `with containerEntrypoint '${entryPoint}', ${appType} may not start in SageMaker Unified Studio: leave it out, or use '${script}' of SageMaker Distribution`,
    }]);
  });

  test('is reported if the Dockerfile sets one', () => {
    expect(warningsFor(built(`${LATEST}\nENTRYPOINT ["run.sh"]`))).toEqual([{
      path: 'Stack/Torch/Image/Version',
      id: ENTRY_POINT,
      text: 'the Dockerfile of the base image sets an ENTRYPOINT, which does not work in SageMaker Unified Studio: remove it',
    }]);
  });

  test('is reported if an override or an aspect sets it in an L1', () => {
    const stack = stackIn();
    // The attachment comes before the configuration in the construct tree.
    const scope = new Construct(stack, 'Attachments');
    const config = new sagemaker.CfnAppImageConfig(stack, 'Config', { appImageConfigName: 'lab', jupyterLabAppImageConfig: {} });
    const imageVersion = new Image(stack, 'Torch').addVersion('V', { baseImage: baseImage('1') });
    new StudioAttachment(scope, 'A', { imageVersion, appImageConfig: config, target: projectIn(stack) });
    Aspects.of(stack).add({
      visit: (node) => node === config && config.addPropertyOverride('JupyterLabAppImageConfig.ContainerConfig.ContainerEntrypoint', ['jupyter-lab']),
    });
    expect(warningsOf(stack).filter(({ id }) => id === ENTRY_POINT).map(({ path }) => path)).toEqual(['Stack/Config']);
  });

  test('is not known of an imported configuration', () => {
    const stack = stackIn();
    const appImageConfig = AppImageConfig.fromAppImageConfigAttributes(stack, 'Config', { appImageConfigName: 'lab', appType: withEntryPoint().appType });
    const imageVersion = ImageVersion.fromImageVersionAttributes(stack, 'V', { image: Image.fromImageName(stack, 'Torch', 'torch'), version: 1 });
    new StudioAttachment(stack, 'A', { imageVersion, appImageConfig, target: projectIn(stack) });
    expect(warningsOf(stack).map(({ id }) => id)).not.toContain(ENTRY_POINT);
  });
});

test('a configuration and a version are reported once, whatever the number of projects', () => {
  const stack = stackIn();
  const image = new StudioImage(stack, 'Torch', { baseImage: built('FROM python:3'), app: StudioApp.jupyterLab({ containerEntrypoint: ['jupyter-lab'] }) });
  ['d-1', 'd-2'].forEach((id) => image.attach(StudioTarget.existingDomain(id, { unifiedStudio: true })));
  expect(warningsOf(stack).filter(({ id }) => [ENTRY_POINT, BASE_IMAGE].includes(id!)).map(({ id }) => id).sort()).toEqual([BASE_IMAGE, ENTRY_POINT]);
});

test('without unifiedStudio, any image and any entry point are accepted', () => {
  const dockerfile = 'FROM python:3\nENTRYPOINT ["run.sh"]';
  expect([undefined, {}, { unifiedStudio: false }].flatMap((options) =>
    warningsFor(built(dockerfile), StudioApp.jupyterLab({ containerEntrypoint: ['jupyter-lab'] }), options ?? {}))).toEqual([]);
});

test('an owned domain can belong to a project', () => {
  const stack = stackIn();
  const target = StudioTarget.domain(domainIn(stack), { unifiedStudio: true });
  new StudioImage(stack, 'Torch', { baseImage: built('FROM python:3'), app: StudioApp.jupyterLab(), attachTo: [target] });
  expect(target.unifiedStudio).toBe(true);
  expect(warningsOf(stack).map(({ id }) => id)).toContain(BASE_IMAGE);
});

test('unifiedStudio is false by default, and a property of the target', () => {
  const targets = [undefined, {}, { unifiedStudio: true }].map((options) => StudioTarget.existingDomain('d-1', options));
  expect(targets.map(({ unifiedStudio }) => unifiedStudio)).toEqual([false, false, true]);
});

test('unifiedStudio and waitForApps must be booleans, and refresh 1 to 1024 characters', () => {
  expect(errorOf(() => StudioTarget.existingDomain('d-1', { unifiedStudio: 'yes' as any, refresh: '', waitForApps: 1 as any }))).toBe(
    "StudioTarget: 3 problems\n  unifiedStudio must be true or false, got 'yes'\n  refresh is empty: give 1 to 1024 characters or leave it out\n  waitForApps must be true or false, got 1");
});

describe('the id of a domain of Unified Studio', () => {
  const problemFor = (id: string) => `domainId '${id}' is the id of a domain of SageMaker Unified Studio (Amazon DataZone): give the id of the SageMaker AI domain `
    + "of the project, 'd-…', whose name in the SageMaker AI console contains the id of the project";

  test.each(['dzd_5hknkem8c5x2a8', 'dzd-5hknkem8c5x2a8'])('%s is an error that says which id to give', (id) => {
    const targets = [
      StudioTarget.existingDomain(id), StudioTarget.existingDomainSharedSpaces(id),
      StudioTarget.existingUserProfile(id, 'jo'), StudioTarget.existingSpace(id, 'team'),
    ];
    targets.forEach((target) => {
      const stack = stackIn();
      const app = StudioApp.kernelGateway({ kernelName: 'python3' });
      const message = errorOf(() => new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app, attachTo: [target] }));
      expect(message).toBe(`Stack/Torch: 1 problem\n  ${problemFor(id)}`);
    });
  });

  test('can be the name of a user profile or of a space', () => {
    const image = new StudioImage(stackIn(), 'Torch', { baseImage: baseImage('1'), app: StudioApp.kernelGateway({ kernelName: 'python3' }) });
    image.attach(StudioTarget.existingUserProfile('d-1', 'dzd-team'));
    image.attach(StudioTarget.existingSpace('d-1', 'dzd-team'));
    expect(image.attachments).toHaveLength(2);
  });

  test('is an error at synth if it becomes known there', () => {
    const stack = stackIn();
    const id = Lazy.string({ produce: () => 'dzd_1' });
    new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain(id)] });
    expect(errorOf(() => Template.fromStack(stack))).toContain(problemFor('dzd_1'));
  });

  test('is not looked for in a token', () => {
    const stack = stackIn();
    const id = new CfnParameter(stack, 'Id').valueAsString;
    expect(errorOf(() => new StudioImage(stack, 'Torch', {
      baseImage: baseImage('1'), app: StudioApp.jupyterLab(), attachTo: [StudioTarget.existingDomain(id)],
    }))).toBeUndefined();
  });
});

describe('refresh', () => {
  const resourceWith = (...refreshes: (string | undefined)[]) => {
    const stack = stackIn();
    const image = new StudioImage(stack, 'Torch', { baseImage: baseImage('1'), app: StudioApp.jupyterLab() });
    const other = new StudioImage(stack, 'Jax', { baseImage: baseImage('2'), app: StudioApp.jupyterLab() });
    refreshes.forEach((refresh, index) => [image, other][index].attach(StudioTarget.existingDomain('d-1', { refresh })));
    const [[id, { Properties }], ...others] = Object.entries(Template.fromStack(stack).findResources(STUDIO_ATTACHMENTS));
    expect(others).toEqual([]);
    return { id, refresh: Properties.Refresh };
  };

  test('changes a property of the custom resource of the target, which stays the same resource', () => {
    expect([resourceWith(undefined), resourceWith('1'), resourceWith('2')].map(({ refresh }) => refresh)).toEqual([undefined, ['1'], ['2']]);
    expect(resourceWith('1').id).toBe(resourceWith(undefined).id);
  });

  test('is taken from all attachments to the target, in any order and once', () => {
    expect([resourceWith('b', 'a'), resourceWith('a', 'b'), resourceWith('a', 'a'), resourceWith(undefined, 'a')].map(({ refresh }) => refresh))
      .toEqual([['a', 'b'], ['a', 'b'], ['a'], ['a']]);
  });

  test('can be a token', () => {
    expect(resourceWith(Fn.ref('AWS::StackName')).refresh).toEqual([{ Ref: 'AWS::StackName' }]);
  });
});
