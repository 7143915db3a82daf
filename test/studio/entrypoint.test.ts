import { aws_sagemaker as sagemaker, Lazy, Token } from 'aws-cdk-lib';
import { AppImageConfig, StudioApp } from 'cdk-sagemaker-images';
import { stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:studioEntrypoint';

function textsFor(containerEntrypoint: string[]): string[] {
  const stack = stackIn();
  new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab({ containerEntrypoint }) });
  return warningsOf(stack).filter(({ id }) => id === ID).map(({ text }) => text);
}

test.each<[string, string, string]>([
  ['jupyter lab --ip=0.0.0.0', "'jupyter'", "'lab --ip=0.0.0.0'"],
  [' bash  -c ', "'bash'", "'-c'"],
  ['sh\t-c', "'sh'", "'-c'"],
  [Lazy.string({ produce: () => 'jupyter lab' }), "'jupyter'", "'lab'"],
])('an entry point with arguments adds a warning: %j', (entrypoint, file, args) => {
  expect(textsFor([entrypoint])).toEqual([expect.stringContaining(`contains arguments, but is the name of one executable file: give [${file}], and put ${args} into containerArguments`)]);
});

test.each<[string, string[]]>([
  ['one word', ['entrypoint-jupyter-server']],
  ['a path', ['/usr/local/bin/start.sh']],
  ['blanks around one word', [' start ']],
  ['a token', [Token.asString({ Ref: 'Entrypoint' })]],
  ['a string with a token', [`jupyter ${Token.asString({ Ref: 'Command' })}`]],
  ['a list that is a token', Token.asList({ 'Fn::Split': [',', { Ref: 'Entrypoint' }] })],
  ['an empty list', []],
])('an entry point with %s adds none', (_, entrypoint) => {
  expect(textsFor(entrypoint)).toEqual([]);
});

test('the entry point of an L1 counts too', () => {
  const stack = stackIn();
  new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
  new sagemaker.CfnAppImageConfig(stack, 'Raw', {
    appImageConfigName: 'raw', codeEditorAppImageConfig: { containerConfig: { containerEntrypoint: ['code --x'] } },
  });
  expect(warningsOf(stack).map(({ path, id }) => [path, id])).toEqual([['Stack/Raw', ID]]);
});
