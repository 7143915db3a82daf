import { aws_sagemaker as sagemaker, CfnResource, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warnOfEntrypoint } from './warn-entrypoint';
import { warnOfEnvironmentVariables } from './warn-environment-variables';
import { warnOfServerAddress } from './warn-server-address';
import { ownerOf } from '../../private/dependencies';
import { finalProperties, overrideOf } from '../../private/overrides';
import type { StageCheck } from '../../private/stage-pass';
import { StudioAppType } from '../studio-app';

/** The configuration of a container, as far as it is known at synth. */
export interface KnownContainer {
  /** The construct that the app created. */
  readonly owner: IConstruct;
  readonly appType: StudioAppType.JUPYTER_LAB | StudioAppType.CODE_EDITOR;
  /** A value that is unknown is undefined, so that the position of the others is known. */
  readonly entrypoint: (string | undefined)[];
  readonly arguments: (string | undefined)[];
  readonly variables: string[];
}

/** Adds warnings for the containers of all configurations of a stage, including L1s, after all changes. */
export const checkContainers: StageCheck = ({ resources }) => resources.filter(sagemaker.CfnAppImageConfig.isCfnAppImageConfig)
  .filter(mayHaveContainer).flatMap(containersOf)
  .forEach((container) => [warnOfEnvironmentVariables, warnOfServerAddress, warnOfEntrypoint].forEach((check) => check(container)));

/** Most configurations have none, and to render a resource takes time. */
function mayHaveContainer(resource: sagemaker.CfnAppImageConfig): boolean {
  return overrideOf(resource, []) !== undefined || [resource.jupyterLabAppImageConfig, resource.codeEditorAppImageConfig]
    .some((block) => block !== undefined && (Token.isUnresolved(block) || 'containerConfig' in block));
}

const BLOCKS = {
  JupyterLabAppImageConfig: StudioAppType.JUPYTER_LAB,
  CodeEditorAppImageConfig: StudioAppType.CODE_EDITOR,
} as const;

function containersOf(resource: CfnResource): KnownContainer[] {
  const properties = finalProperties(resource) ?? {};
  return (Object.keys(BLOCKS) as (keyof typeof BLOCKS)[]).filter((block) => properties[block]?.ContainerConfig).map((block) => {
    const { ContainerEntrypoint, ContainerArguments, ContainerEnvironmentVariables } = properties[block].ContainerConfig;
    return {
      owner: ownerOf(resource),
      appType: BLOCKS[block],
      entrypoint: stringsIn(ContainerEntrypoint),
      arguments: stringsIn(ContainerArguments),
      variables: listOf(ContainerEnvironmentVariables).map((variable) => variable?.Key).filter((name) => typeof name === 'string'),
    };
  });
}

function stringsIn(value: unknown): (string | undefined)[] {
  return listOf(value).map((item) => typeof item === 'string' ? item : undefined);
}

function listOf(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
