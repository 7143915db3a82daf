import type { IConstruct } from 'constructs';
import { checkContainers } from './container-warnings';
import { checkRegions } from './warn-regions';
import { StagePass } from '../../private/stage-pass';

/** Adds the warnings for all configurations and targets of the stage of a construct, including L1s. */
export function addStudioWarnings(scope: IConstruct): void {
  [checkContainers, checkRegions].forEach((check) => StagePass.add(scope, check));
}
