import { REGIONS_WITHOUT } from './missing-types';
import { groupBy } from '../../private/collections';
import { topLevelStack } from '../../private/stacks';
import type { StageCheck } from '../../private/stage-pass';
import { warn } from '../../private/warnings';

/** Warns of resources whose type is not available in the Region of their stack. There is one warning for each stack. */
export const checkRegions: StageCheck = ({ resources }) => {
  const unavailable = resources.filter(({ cfnResourceType, stack: { region } }) => REGIONS_WITHOUT[cfnResourceType]?.includes(region));
  groupBy(unavailable, ({ stack }) => topLevelStack(stack)).forEach((ofStack) => {
    const types = [...new Set(ofStack.map(({ cfnResourceType }) => cfnResourceType))].sort();
    warn(ofStack[0], 'typeNotInRegion', `CloudFormation does not have ${types.join(' and ')} in ${ofStack[0].stack.region}, and the deployment would fail: `
      + 'deploy the stack to another Region');
  });
};
