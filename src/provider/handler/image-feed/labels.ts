import type { LabelMetadata } from './model';
import type { ImageFeedMetadata } from '../../kinds/image-feed';

const NAME_AND_VERSION = /^(?=.{1,128}$)[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/;
const PREFIX = 'cdk-sagemaker-images.';
/** The label of the Open Containers Initiative for a description. */
const DESCRIPTION = 'org.opencontainers.image.description';

/** The labels, and the values that SageMaker accepts. */
const LABELS: Readonly<Record<string, readonly [name: keyof ImageFeedMetadata, pattern: RegExp]>> = {
  'vendor-guidance': ['VendorGuidance', /^(NOT_PROVIDED|STABLE|TO_BE_ARCHIVED|ARCHIVED)$/],
  'job-type': ['JobType', /^(TRAINING|INFERENCE|NOTEBOOK_KERNEL)$/],
  'ml-framework': ['MLFramework', NAME_AND_VERSION],
  'programming-lang': ['ProgrammingLang', NAME_AND_VERSION],
  'processor': ['Processor', /^[CG]PU$/],
  'horovod': ['Horovod', /^(true|false)$/],
  'release-notes': ['ReleaseNotes', /\S/],
};

/** Returns the metadata of a version: from the labels of its container image, and otherwise that of the feed. */
export function metadataFrom(labels: Readonly<Record<string, unknown>>, fixed: ImageFeedMetadata): LabelMetadata {
  const dropped: string[] = [];
  const found = Object.entries(LABELS).flatMap(([label, [name, pattern]]) => {
    const value = labels[PREFIX + label];
    if (value === undefined) {
      return [];
    }
    if (typeof value !== 'string' || !pattern.test(value)) {
      dropped.push(`${PREFIX}${label}=${String(value).slice(0, 80)}`);
      return [];
    }
    return [[name, name === 'Horovod' ? value === 'true' : value]];
  });
  const description = labels[DESCRIPTION];
  return {
    metadata: { ...typeof description === 'string' && description.trim() && { ReleaseNotes: description }, ...fixed, ...Object.fromEntries(found) },
    dropped,
  };
}
