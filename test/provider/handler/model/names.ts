import type { Resource } from './stack';
import type { Json } from '../../../../src/provider/handler/service/json';
import { STUDIO_ATTACHMENTS_TYPE } from '../../../../src/provider/kinds/studio-attachments';

/** The start of the simulated time. */
export const START = Date.UTC(2026, 0, 1);
export const DOMAIN = { DomainId: 'd-1' };
export const TORCH = { ImageName: 'torch' };
/** The entry that follows `prod`. */
export const CONFIG = { AppImageConfigName: 'torch-jl' };
/** The entry that follows the feed. */
export const NIGHTLY = { ...TORCH, AppImageConfigName: 'nightly-jl' };
/** Settings of the domain that nobody changes. */
export const KEPT = { ExecutionRole: 'arn:aws:iam::111111111111:role/x', Kept: [1] };
export const THEIRS = { ImageName: 'theirs', AppImageConfigName: 'x', ImageVersionNumber: 1, Unknown: { deep: [null] } };

/** The labels of `ImageAlias`, and the one of the feed. */
export const ALIASES = ['staging', 'prod', 'canary', 'stable'] as const;
/** Labels that are also moved by hand. */
export const LABELS = ['staging', 'prod', 'canary', 'nightly'] as const;

/** What a default image of the domain is, in the account of the team or in that of SageMaker. */
export function defaultOf(image: string, version?: number | string, account = '111111111111'): Json {
  const arn = `arn:aws:sagemaker:eu-west-1:${account}:image`;
  return { SageMakerImageArn: `${arn}/${image}`, ...version !== undefined && { SageMakerImageVersionArn: `${arn}-version/${image}/${version}` } };
}

/** The properties of entries and a default image in the settings of JupyterLab of the domain. */
export function place(CustomImages: readonly object[], DefaultResourceSpec?: Json): Json {
  return { ...DOMAIN, DefaultUserSettings: { JupyterLabAppSettings: { CustomImages, ...DefaultResourceSpec && { DefaultResourceSpec } } } };
}

export function attachments(entries: readonly object[], defaultImage?: Json): Resource {
  return { id: 'Attachments', type: STUDIO_ATTACHMENTS_TYPE, properties: place(entries, defaultImage) };
}

export const isNightly = ({ AppImageConfigName }: Json) => AppImageConfigName === NIGHTLY.AppImageConfigName;
export const isProd = ({ AppImageConfigName }: Json) => AppImageConfigName === CONFIG.AppImageConfigName;
export const isTheirs = ({ AppImageConfigName }: Json) => AppImageConfigName === 'theirs-jl';
