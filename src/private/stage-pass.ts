import { CfnResource, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { DeploymentOrder } from './deployment-order';
import { once, stageOf } from './once';

/** A check of a whole stage, which adds dependencies, reports problems or adds warnings. */
export type StageCheck = (pass: StagePass) => void;

/**
 * One pass over all constructs of a stage during its validation.
 *
 * Before validation, not all dependencies are known, including those that references imply. Validation runs in each synth, and
 * each synth has its own pass.
 */
export class StagePass {
  /**
   * Runs a check once in each synth of the stage of a construct.
   *
   * @param when `first` for a check that adds dependencies which other checks need, `last` for one that needs those of all others
   */
  public static add(scope: IConstruct, check: StageCheck, when: 'first' | 'then' | 'last' = 'then'): void {
    checksOf(stageOf(scope))[when].add(check);
  }

  /** All constructs, parents before children, without those of nested stages. */
  public readonly constructs: IConstruct[] = [];
  /** All CloudFormation resources. */
  public readonly resources: CfnResource[];
  public readonly order: DeploymentOrder;
  /** Whether there are stages inside. */
  public hasStages = false;
  /** The problems of constructs. */
  public readonly problems = new Map<IConstruct, string[]>();

  constructor(public readonly stage: IConstruct) {
    const visit = (construct: IConstruct) => {
      this.constructs.push(construct);
      for (const child of construct.node.children) {
        if (Stage.isStage(child)) {
          this.hasStages = true;
        } else {
          visit(child);
        }
      }
    };
    visit(stage);
    this.resources = this.constructs.filter(CfnResource.isCfnResource);
    this.order = new DeploymentOrder(this.resources);
  }

  /** Reports a problem as an error of a construct. The CDK prints the path of the construct, which is empty for an app. */
  public report(construct: IConstruct, problem: string): void {
    this.problems.set(construct, [...this.problems.get(construct) ?? [], problem]);
    // Constructs of the stage are validated after it, so this validation still runs.
    if (stageOf(construct) === this.stage) {
      once(construct, StagePass, () => construct.node.addValidation({ validate: () => checksOf(this.stage).pass!.problems.get(construct) ?? [] }));
    }
  }

  /** The problems of constructs of other stages, which are not validated together with this one. */
  public get problemsElsewhere(): string[] {
    return [...this.problems].filter(([construct]) => stageOf(construct) !== this.stage)
      .flatMap(([construct, problems]) => problems.map((problem) => `${construct.node.path}: ${problem}`));
  }
}

/** The checks of a stage, and its last pass. */
interface StageChecks {
  readonly first: Set<StageCheck>;
  readonly then: Set<StageCheck>;
  readonly last: Set<StageCheck>;
  pass?: StagePass;
}

function checksOf(stage: IConstruct): StageChecks {
  return once(stage, checksOf, () => {
    const checks: StageChecks = { first: new Set(), then: new Set(), last: new Set() };
    stage.node.addValidation({
      validate: () => {
        const pass = checks.pass = new StagePass(stage);
        [...checks.first, ...checks.then, ...checks.last].forEach((check) => check(pass));
        return pass.problemsElsewhere;
      },
    });
    return checks;
  });
}
