import type { IConstruct } from 'constructs';
import { checkContainers } from './container-warnings';
import { checkRegions } from './warn-regions';
import { warnOfExportedVersions } from '../../image/private/warn-exported-version';
import { StagePass } from '../../private/stage-pass';

/** Adds the warnings for all configurations, targets and versions of the stage of a construct, including L1s. */
export function addStudioWarnings(scope: IConstruct): void {
  [checkContainers, checkRegions, warnOfExportedVersions].forEach((check) => StagePass.add(scope, check));
}
