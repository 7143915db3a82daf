import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { StageCheck, StagePass } from '../../src/private/stage-pass';
import { errorOf } from '../helpers/fixtures';

const resource = (scope: Construct, id: string) => new CfnResource(scope, id, { type: 'Custom::Any' });
const problemsOf = (app: Stage) => errorOf(() => app.synth({ force: true }))?.split('\n').slice(1);

test('a problem of a construct of another stage is an error too, with its path', () => {
  const app = new App();
  const elsewhere = new Construct(new Stack(app, 'Elsewhere'), 'Role');
  const stack = new Stack(new Stage(app, 'Prod'), 'Stack');
  StagePass.add(stack, (pass) => pass.report(elsewhere, 'is wrong'));
  expect(problemsOf(app)).toEqual(['  [Prod] Elsewhere/Role: is wrong']);
});

test('a problem that the app finds in a construct of a stage is not an error of that stage', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod');
  const role = new Construct(new Stack(stage, 'Stack'), 'Role');
  StagePass.add(new Stack(app, 'Stack'), (pass) => pass.report(role, 'is wrong'));
  expect(problemsOf(app)).toEqual(['  [] Prod/Stack/Role: is wrong']);
  expect(problemsOf(stage)).toBeUndefined();
});

describe('a check of a stage', () => {
  test('runs first, then or last, in whatever order they are added', () => {
    const stack = new Stack(new App(), 'Stack');
    const order: string[] = [];
    (['last', 'then', 'first'] as const).forEach((when) => StagePass.add(stack, () => { order.push(when); }, when));
    Stage.of(stack)!.synth();
    expect(order).toEqual(['first', 'then', 'last']);
  });

  test('runs once per synth, wherever and however often it is added', () => {
    const app = new App();
    const check = jest.fn();
    for (const id of ['A', 'B']) {
      const stack = new Stack(app, id);
      [stack, new Construct(stack, 'Scope'), resource(stack, 'Resource')].forEach((scope) => StagePass.add(scope, check));
    }
    app.synth();
    expect(check).toHaveBeenCalledTimes(1);
    app.synth({ force: true });
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('does not run before validation', () => {
    const app = new App();
    const check = jest.fn();
    StagePass.add(new Stack(app, 'Stack'), check);
    expect(check).not.toHaveBeenCalled();
    app.synth({ skipValidation: true });
    expect(check).not.toHaveBeenCalled();
  });

  test('runs in each stage that it is added to, and in no other', () => {
    const app = new App();
    const prod = new Stage(app, 'Prod');
    const inner = new Stage(prod, 'Inner');
    new Stage(app, 'Beta');
    const stages: unknown[] = [];
    [app, inner, prod].forEach((stage) => StagePass.add(new Stack(stage, 'Stack'), (pass) => stages.push(pass.stage)));
    app.synth();
    expect(new Set(stages)).toEqual(new Set([app, prod, inner]));
    expect(stages).toHaveLength(3);
  });

  test('gets all constructs of its stage, parents before children, without those of nested stages', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const scope = new Construct(stack, 'Scope');
    const first = resource(scope, 'First');
    const stage = new Stage(app, 'Prod');
    const inStage = resource(new Stack(stage, 'Stack'), 'InStage');
    const second = resource(stack, 'Second');
    const seen: Record<string, StagePass> = {};
    StagePass.add(stack, (pass) => seen.app = pass);
    StagePass.add(inStage, (pass) => seen.stage = pass);
    app.synth();
    expect(seen.app.resources).toEqual([first, second]);
    const expected: unknown[] = [app, stack, scope, first, second];
    expect(seen.app.constructs.filter((construct) => expected.includes(construct))).toEqual(expected);
    expect(seen.app.constructs).not.toContain(stage);
    expect(seen.stage.resources).toEqual([inStage]);
    expect(seen.stage.constructs[0]).toBe(stage);
  });

  test('gets constructs that are added after it', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const seen: CfnResource[] = [];
    StagePass.add(stack, ({ resources }) => seen.push(...resources));
    const late = resource(stack, 'Late');
    app.synth();
    expect(seen).toEqual([late]);
  });

  test("runs after the checks that are added as 'first', in the order of declaration", () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const runs: string[] = [];
    StagePass.add(stack, () => runs.push('a'));
    StagePass.add(stack, () => runs.push('b'), 'first');
    StagePass.add(stack, () => runs.push('c'));
    StagePass.add(stack, () => runs.push('d'), 'first');
    app.synth();
    expect(runs).toEqual(['b', 'd', 'a', 'c']);
  });

  test('shares one pass with the other checks of a synth, and gets another one in the next', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const passes: StagePass[] = [];
    StagePass.add(stack, (pass) => passes.push(pass));
    StagePass.add(stack, (pass) => passes.push(pass));
    app.synth();
    app.synth({ force: true });
    expect([passes[0] === passes[1], passes[2] === passes[3], passes[1] === passes[2]]).toEqual([true, true, false]);
  });
});

describe('a problem that a check reports', () => {
  const wrong = (scope: Construct, id: string) => new CfnResource(scope, id, { type: 'Custom::Wrong' });
  /** Reports each resource of a type. */
  const check: StageCheck = (pass) => pass.resources.filter(({ cfnResourceType }) => cfnResourceType === 'Custom::Wrong')
    .forEach((one) => pass.report(one, `wrong is ${one.node.id}`));

  test('is an error with the path of its construct', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    StagePass.add(stack, check);
    wrong(new Construct(stack, 'Scope'), 'A');
    resource(stack, 'Right');
    wrong(stack, 'B');
    expect(problemsOf(app)).toEqual(['  [Stack/Scope/A] wrong is A', '  [Stack/B] wrong is B']);
  });

  test('is reported with all other problems of its construct, in the order of the checks', () => {
    const app = new App();
    const one = resource(new Stack(app, 'Stack'), 'A');
    StagePass.add(one, (pass) => pass.report(one, 'second'));
    StagePass.add(one, (pass) => ['first', 'another'].forEach((problem) => pass.report(one, problem)), 'first');
    expect(problemsOf(app)).toEqual(['  [Stack/A] first', '  [Stack/A] another', '  [Stack/A] second']);
  });

  test('can be at any construct, also at a parent of where the check was added', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const one = resource(stack, 'A');
    StagePass.add(one, (pass) => [stack, one].forEach((construct) => pass.report(construct, 'wrong')));
    expect(problemsOf(app)).toEqual(['  [Stack] wrong', '  [Stack/A] wrong']);
  });

  test('is reported once in each synth', () => {
    const app = new App();
    const one = resource(new Stack(app, 'Stack'), 'A');
    StagePass.add(one, (pass) => pass.report(one, 'wrong'));
    expect([problemsOf(app), problemsOf(app), problemsOf(app)]).toEqual(Array(3).fill(['  [Stack/A] wrong']));
  });

  test('is gone in the next synth if it has been fixed', () => {
    const app = new App();
    const [a, b] = [new Stack(app, 'Stack')].flatMap((stack) => ['A', 'B'].map((id) => resource(stack, id)));
    const reported = new Set([a, b]);
    StagePass.add(a, (pass) => reported.forEach((one) => pass.report(one, 'wrong')));
    expect(problemsOf(app)).toEqual(['  [Stack/A] wrong', '  [Stack/B] wrong']);
    reported.delete(a);
    expect(problemsOf(app)).toEqual(['  [Stack/B] wrong']);
    reported.delete(b);
    expect(problemsOf(app)).toBeUndefined();
    reported.add(a);
    expect(problemsOf(app)).toEqual(['  [Stack/A] wrong']);
  });

  test('of one stage is not an error of another', () => {
    const app = new App();
    const [beta, prod] = ['Beta', 'Prod'].map((id) => new Stage(app, id));
    const [inBeta, inProd] = [beta, prod].map((stage) => resource(new Stack(stage, 'Stack'), 'A'));
    StagePass.add(inBeta, (pass) => pass.report(inBeta, 'wrong'));
    StagePass.add(inProd, () => {});
    expect(problemsOf(prod)).toBeUndefined();
    expect(problemsOf(beta)).toEqual(['  [Beta/Stack/A] wrong']);
  });

  test('of a nested stage is an error of that stage', () => {
    const app = new App();
    const inner = new Stage(new Stage(app, 'Outer'), 'Inner');
    const one = resource(new Stack(inner, 'Stack'), 'A');
    StagePass.add(one, (pass) => pass.report(one, 'wrong'));
    expect(problemsOf(app)).toEqual(['  [Outer/Inner/Stack/A] wrong']);
  });
});
