import { readFileSync } from 'fs';
import { join } from 'path';
import { aws_ecr_assets as assets, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AttachedImage } from './attached-image';
import { DockerfileFacts, readDockerfile } from '../../image/private/dockerfile';
import { cfnResourceOf } from '../../private/dependencies';
import { finalProperties } from '../../private/overrides';
import { quote } from '../../private/problems';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';

/** The scripts of SageMaker Distribution that start the apps in Unified Studio, as in the samples of AWS. */
const ENTRY_POINTS: Record<string, string> = {
  JupyterLab: 'entrypoint-sagemaker-ui-jupyter-server',
  CodeEditor: 'entrypoint-code-editor',
};
const DISTRIBUTION = /(?:^|\/)sagemaker-distribution(?:-prod)?(?::(?<major>\d+)(?:\.(?<minor>\d+))?[^@]*)?(?:[:@].*)?$/;

/** Warns of an image or a configuration that Unified Studio does not run, after all changes of the app. */
export function checkForUnifiedStudio(image: AttachedImage): void {
  image.attachment.node.addValidation({
    validate: () => {
      warnOfEntryPoint(image);
      warnOfContainerImage(image.imageVersion);
      return [];
    },
  });
}

function warnOfEntryPoint({ appImageConfig, appType }: AttachedImage): void {
  const resource = cfnResourceOf(appImageConfig);
  const config = resource && finalProperties(resource)?.[`${appType}AppImageConfig`]?.ContainerConfig;
  const entryPoint = config?.ContainerEntrypoint?.[0];
  const allowed = ENTRY_POINTS[appType];
  if (typeof entryPoint === 'string' && !isUnknown(entryPoint) && entryPoint.split('/').pop() !== allowed) {
    warn(appImageConfig, 'unifiedStudioEntryPoint', `with containerEntrypoint ${quote(entryPoint)}, ${appType} may not start in SageMaker Unified Studio: `
      + `leave it out, or use '${allowed}' of SageMaker Distribution`);
  }
}

function warnOfContainerImage(version: sagemaker.IImageVersionRef): void {
  const facts = dockerfileOf(version);
  if (facts?.hasEntrypoint) {
    warn(version, 'unifiedStudioEntryPoint', 'the Dockerfile of the base image sets an ENTRYPOINT, which does not work in SageMaker Unified Studio: remove it');
  }
  const problem = facts?.base && problemWith(facts.base);
  if (problem) {
    warn(version, 'unifiedStudioBaseImage', `the Dockerfile of the base image starts with FROM ${quote(facts.base!)}, which ${problem}: for SageMaker Unified Studio, `
      + "start it with 'public.ecr.aws/sagemaker/sagemaker-distribution', version 2.6 or later");
  }
}

function problemWith(base: string): string | undefined {
  const { groups } = DISTRIBUTION.exec(base) ?? {};
  if (!groups) {
    return 'is not SageMaker Distribution';
  }
  const [major, minor] = [groups.major, groups.minor].map((part) => part === undefined ? undefined : Number(part));
  // A tag without a minor version is that of the latest one.
  const isOld = major !== undefined && (major < 2 || (major === 2 && minor !== undefined && minor < 6));
  return isOld ? 'is older than version 2.6' : undefined;
}

/** Members of an asset that the types of aws-cdk-lib do not contain. */
interface BuiltAsset {
  readonly dockerfilePath?: string;
  readonly dockerBuildArgs?: Record<string, string>;
  readonly dockerBuildTarget?: string;
}

/** Reads the Dockerfile of a version whose base image is built from a directory. */
function dockerfileOf(version: sagemaker.IImageVersionRef): DockerfileFacts | undefined {
  const asset = assetOf(version);
  const staging = asset?.node.tryFindChild('Staging') as { sourcePath?: string } | undefined;
  const { dockerfilePath = 'Dockerfile', dockerBuildArgs, dockerBuildTarget } = (asset ?? {}) as BuiltAsset;
  try {
    return staging?.sourcePath === undefined ? undefined
      : readDockerfile(readFileSync(join(staging.sourcePath, dockerfilePath), 'utf8'), dockerBuildArgs, dockerBuildTarget);
  } catch {
    // Not a directory, or gone since the asset was staged.
    return undefined;
  }
}

/** Returns the asset whose URI is the base image of a version. */
function assetOf(version: sagemaker.IImageVersionRef): IConstruct | undefined {
  const resource = cfnResourceOf(version);
  if (!resource || !sagemaker.CfnImageVersion.isCfnImageVersion(resource)) {
    return undefined;
  }
  const isAsset = (node: IConstruct): node is assets.DockerImageAsset => 'imageUri' in node && 'assetHash' in node;
  const resolved = (uri: string) => JSON.stringify(Stack.of(resource).resolve(uri));
  const uri = resolved(resource.baseImage);
  return [...version.node.findAll(), ...version.node.root.node.findAll()].filter(isAsset).find(({ imageUri }) => resolved(imageUri) === uri);
}
