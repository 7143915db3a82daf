import { Stack, Stage } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { cfnResourceOf } from './dependencies';
import { see } from './help';
import type { Problems } from './problems';

/** Checks that an owned resource is in the stage of a construct that depends on it. */
export function checkSameStage(problems: Problems, what: string, given: IConstruct, scope: Construct): void {
  const [stage, own] = [Stage.of(given), Stage.of(Stack.of(scope))];
  if (stage !== own && cfnResourceOf(given)) {
    problems.add(`${what} ${given.node.path} is in ${describeStage(stage)} and the stack in ${describeStage(own)}, `
      + `which are deployed separately: import it in that stack${see('Stages are deployed separately')}`);
  }
}

/** Returns a stage for messages. */
export function describeStage(stage?: Stage): string {
  return stage?.node.path ? `stage ${stage.node.path}` : 'the app itself';
}
