import { aws_sagemaker as sagemaker, Lazy, Token } from 'aws-cdk-lib';
import { AppImageConfig, StudioApp, StudioContainerOptions } from 'cdk-sagemaker-images';
import { stackIn, warningsOf } from '../helpers/fixtures';

const ID = 'cdk-sagemaker-images:studioServerAddress';
const lazy = (value: string) => Lazy.string({ produce: () => value });

/** Returns what the warning complains about. */
function wrongIn(make: (options: StudioContainerOptions) => StudioApp, options: StudioContainerOptions): string[] {
  const stack = stackIn();
  new AppImageConfig(stack, 'Config', { app: make(options) });
  return warningsOf(stack).filter(({ id }) => id === ID).map(({ text }) => /^Studio does not find a server of (.*), and the app would not start$/.exec(text)![1]);
}

// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-byoi-specs.html#studio-updated-byoi-specs-app-healthcheck
test.each<[string[], string]>([
  [['--port=8080'], "JupyterLab with --port '8080' (give 8888)"],
  [['--port', '8080'], "JupyterLab with --port '8080' (give 8888)"],
  [['--ServerApp.port=80'], "JupyterLab with --ServerApp.port '80' (give 8888)"],
  [['--NotebookApp.port', '80'], "JupyterLab with --NotebookApp.port '80' (give 8888)"],
  [['--ServerApp.base_url=/'], "JupyterLab with --ServerApp.base_url '/' (give /jupyterlab/default)"],
  [['--ServerApp.base_url=/jupyterlab/default/lab'], "JupyterLab with --ServerApp.base_url '/jupyterlab/default/lab' (give /jupyterlab/default)"],
  [['--ServerApp.base_url=/codeeditor/default'], "JupyterLab with --ServerApp.base_url '/codeeditor/default' (give /jupyterlab/default)"],
  [['--ip=0.0.0.0', '--port=1', '--ServerApp.base_url', '/x', '--debug'],
    "JupyterLab with --port '1' (give 8888) and --ServerApp.base_url '/x' (give /jupyterlab/default)"],
  [[lazy('--port=8080')], "JupyterLab with --port '8080' (give 8888)"],
])('arguments of JupyterLab with another address add a warning: %j', (containerArguments, expected) => {
  expect(wrongIn(StudioApp.jupyterLab, { containerArguments })).toEqual([expected]);
});

test.each<[string[], string]>([
  [['--port', '3000'], "CodeEditor with --port '3000' (give 8888)"],
  [['--server-base-path=/jupyterlab/default'], "CodeEditor with --server-base-path '/jupyterlab/default' (give /codeeditor/default)"],
  [['--base-path', '/'], "CodeEditor with --base-path '/' (give /codeeditor/default)"],
])('arguments of Code Editor with another address add a warning: %j', (containerArguments, expected) => {
  expect(wrongIn(StudioApp.codeEditor, { containerArguments })).toEqual([expected]);
});

test.each<[string, (options: StudioContainerOptions) => StudioApp, string[]]>([
  ['the address of JupyterLab', StudioApp.jupyterLab, ['--ip=0.0.0.0', '--port=8888', '--ServerApp.base_url=/jupyterlab/default', '--ServerApp.token=']],
  ['the address of JupyterLab in two parts', StudioApp.jupyterLab, ['--port', '8888', '--ServerApp.base_url', 'jupyterlab/default/']],
  ['the address of JupyterLab in quotes', StudioApp.jupyterLab, ["--ServerApp.base_url='/jupyterlab/default'"]],
  ['the address of Code Editor', StudioApp.codeEditor, ['--host', '0.0.0.0', '--port', '8888', '--base-path', '/CodeEditor/default']],
  ['the address of Code Editor in lower case', StudioApp.codeEditor, ['--server-base-path=/codeeditor/default']],
  ['other options', StudioApp.jupyterLab, ['--ServerApp.port_retries=0', '--export=1', '--ServerApp.allow_origin=*', 'port', '80', '--NotebookApp.custom_display_url=/x']],
  ['an option without a value', StudioApp.jupyterLab, ['--port', '--debug']],
  ['an option at the end', StudioApp.jupyterLab, ['--port']],
  ['a variable', StudioApp.jupyterLab, ['--port=$PORT', '--ServerApp.base_url', '${BASE}']],
  ['a token as value', StudioApp.jupyterLab, ['--port', Token.asString({ Ref: 'Port' })]],
  ['a token in a value', StudioApp.jupyterLab, [`--port=${Token.asString({ Ref: 'Port' })}`]],
  ['a list that is a token', StudioApp.jupyterLab, Token.asList({ 'Fn::Split': [',', { Ref: 'Args' }] })],
])('arguments with %s add no warning', (_, make, containerArguments) => {
  expect(wrongIn(make, { containerArguments })).toEqual([]);
});

test('the entry point counts too', () => {
  expect(wrongIn(StudioApp.jupyterLab, { containerEntrypoint: ['jupyter lab --port 8080'], containerArguments: ['--debug'] }))
    .toEqual(["JupyterLab with --port '8080' (give 8888)"]);
});

test('an L1 counts too, in a stage with a configuration of this library', () => {
  const stack = stackIn();
  new AppImageConfig(stack, 'Config', { app: StudioApp.jupyterLab() });
  new sagemaker.CfnAppImageConfig(stack, 'Raw', {
    appImageConfigName: 'raw', codeEditorAppImageConfig: { containerConfig: { containerArguments: ['--port=80'] } },
  });
  expect(warningsOf(stack).map(({ path, id }) => [path, id])).toEqual([['Stack/Raw', ID]]);
});
