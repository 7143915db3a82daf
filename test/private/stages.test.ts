import { App, Stack, Stage } from 'aws-cdk-lib';
import { StagePass } from '../../src/private/stage-pass';
import { errorOf } from '../helpers/fixtures';

test('a pass knows whether there are stages in its stage', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod');
  const seen = new Map<string, boolean>();
  [app, stage].forEach((scope) => StagePass.add(new Stack(scope, 'Stack'), (pass) => seen.set(pass.stage.node.path, pass.hasStages)));
  app.synth();
  expect(seen).toEqual(new Map([['', true], ['Prod', false]]));
});

test('a problem of a construct in a stage that is never checked is reported once', () => {
  const app = new App();
  const other = new Stack(new Stage(app, 'Other'), 'Stack');
  StagePass.add(new Stack(app, 'Stack'), (pass) => pass.report(other, 'is wrong'));
  const message = errorOf(() => app.synth())!;
  expect(message.split('is wrong')).toHaveLength(2);
});
