import type { Row, Target } from './model';
import { describeFilter } from './properties';
import { type ImageVersionFilter, LIST_SEPARATOR } from '../../kinds/image-version-list';
import type { Pause, Step } from '../converge';
import type { Attributes } from '../lifecycle/kind';
import { MAX_BYTES } from '../lifecycle/respond';
import type { ListedVersion } from '../service/image-model';
import type { Json } from '../service/json';

const help = 'A list of versions cannot be returned';

/** Whether a version with this status can be in the list. */
export function hasStatus({ status }: ListedVersion, { filter }: Target): boolean {
  return (filter.ImageVersionStatus ?? status) === status;
}

/** Whether only the description of a version shows if it is in the list, or what the list contains. */
export function needsDetails({ filter, attributes }: Target): boolean {
  return Object.keys(filter).some((name) => name !== 'ImageVersionStatus') || attributes.includes('ContainerImages');
}

/** Whether a description has the values of the filter. */
export function matches(details: Json, { ImageVersionStatus, ...others }: ImageVersionFilter): boolean {
  return Object.entries(others).every(([name, value]) => details[name] === value);
}

/** Decides after all versions are read. `bytesOf` returns the size of a response. */
export function onRead(target: Target, rows: readonly Row[], existing: number, bytesOf: (attributes: Attributes) => number): Step<Attributes> {
  const { filter, allowEmpty, attributes } = target;
  if (rows.length === 0 && !allowEmpty) {
    const isFiltered = existing > 0;
    return {
      do: 'give up',
      why: isFiltered ? `none of the ${existing} versions has ${describeFilter(filter)}` : 'the image has no versions',
      remedy: `${isFiltered ? 'change the filter' : 'create a version'}, or accept an empty list with allowEmpty, and deploy again`,
      help,
    };
  }
  const attributesOf = (count: number): Attributes =>
    Object.fromEntries(attributes.map((name) => [name, rows.slice(0, count).map((row) => row[name]).join(LIST_SEPARATOR)]));
  const result = attributesOf(rows.length);
  if (bytesOf(result) <= MAX_BYTES) {
    return { do: 'finish', result };
  }
  let fitting = rows.length - 1;
  while (fitting > 0 && bytesOf(attributesOf(fitting)) > MAX_BYTES) {
    fitting--;
  }
  return {
    do: 'give up',
    why: `the list of ${rows.length} versions, with ${[...attributes].sort().join(', ')}, makes a response of ${bytesOf(result)} bytes, and CloudFormation accepts ${MAX_BYTES}`,
    remedy: `set maxVersions to ${fitting} or less, use a filter, or use fewer attributes of the list, and deploy again`,
    help,
  };
}

/** Fails after SageMaker reported that the image does not exist. */
export function onMissingImage({ ImageName }: Target): Pause {
  return { do: 'give up', why: `image '${ImageName}' does not exist`, remedy: 'use an existing image in this account and Region', help };
}
