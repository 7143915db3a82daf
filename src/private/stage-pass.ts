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
   * @param when `first` for a check that adds dependencies which other checks need
   */
  public static add(scope: IConstruct, check: StageCheck, when: 'first' | 'then' = 'then'): void {
    const stage = stageOf(scope);
    const checks = once(stage, StagePass, () => {
      const all = { first: new Set<StageCheck>(), then: new Set<StageCheck>() };
      stage.node.addValidation({
        validate: () => {
          const pass = new StagePass(stage);
          reports.set(stage, pass.problems);
          [...all.first, ...all.then].forEach((one) => one(pass));
          return [];
        },
      });
      return all;
    });
    checks[when].add(check);
  }

  /** All constructs, parents before children, without those of nested stages. */
  public readonly constructs: IConstruct[] = [];
  /** All CloudFormation resources. */
  public readonly resources: CfnResource[];
  public readonly order: DeploymentOrder;
  /** Whether there are stages inside. */
  public hasStages = false;
  private readonly problems = new Map<IConstruct, string[]>();

  private constructor(public readonly stage: IConstruct) {
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
    // Constructs are validated after their stage, so this validation still runs.
    once(construct, StagePass, () => construct.node.addValidation({ validate: () => reports.get(this.stage)?.get(construct) ?? [] }));
  }
}

/** The problems of the last pass over each stage. */
const reports = new WeakMap<IConstruct, ReadonlyMap<IConstruct, string[]>>();
