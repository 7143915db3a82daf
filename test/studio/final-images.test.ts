import { CfnResource } from 'aws-cdk-lib';
import { overriddenEntry } from '../../src/studio/private/final-images';
import { stackIn } from '../helpers/fixtures';

const FIRST = { imageName: 'torch', appImageConfigName: 'torch-config', imageVersionNumber: 3 };
const SECOND = { imageName: 'jax', appImageConfigName: 'jax-config', imageVersionNumber: 1 };
/** The same entries as in a template. */
const TORCH = { ImageName: 'torch', AppImageConfigName: 'torch-config', ImageVersionNumber: 3 };
const JAX = { ImageName: 'jax', AppImageConfigName: 'jax-config', ImageVersionNumber: 1 };
const NOTHING = { Ref: 'AWS::NoValue' };
const whether = (yes: unknown, no: unknown) => ({ 'Fn::If': ['Prod', yes, no] });

/** Returns the entry that an override of these settings loses. */
function lost(settings: unknown, entries = [FIRST]): unknown {
  const resource = new CfnResource(stackIn(), 'Domain', { type: 'AWS::SageMaker::Domain' });
  resource.addPropertyOverride('DefaultUserSettings', settings);
  return overriddenEntry(resource, 'DefaultUserSettings', 'JupyterLabAppSettings', entries)?.entry;
}

const settingsWith = (list: unknown) => ({ JupyterLabAppSettings: { CustomImages: list } });

describe('an override keeps an entry', () => {
  test.each<[string, unknown]>([
    ['alone', [TORCH]],
    ['beside others', [JAX, TORCH]],
    ['beside the same image with another configuration', [TORCH, { ...TORCH, AppImageConfigName: 'other' }]],
    ['beside values that are not entries', [null, 'x', TORCH]],
    ['beside an entry in a condition', [whether(JAX, NOTHING), TORCH]],
    ['in each branch of a condition', whether([TORCH], [JAX, TORCH])],
    ['in each branch of nested conditions', whether(whether([TORCH], [TORCH, JAX]), [TORCH])],
    ['in another spelling', [{ ImageName: 'Torch', AppImageConfigName: 'TORCH-CONFIG', ImageVersionNumber: 3 }]],
  ])('in a list: %s', (_, list) => {
    expect(lost(settingsWith(list))).toBeUndefined();
  });

  test('in conditional settings', () => {
    expect(lost(whether(settingsWith([TORCH]), settingsWith([TORCH, JAX])))).toBeUndefined();
    expect(lost({ JupyterLabAppSettings: whether({ CustomImages: [TORCH] }, { CustomImages: whether([TORCH], [TORCH]) }) })).toBeUndefined();
  });

  test('if there is none', () => {
    const resource = new CfnResource(stackIn(), 'Domain', { type: 'AWS::SageMaker::Domain' });
    expect(overriddenEntry(resource, 'DefaultUserSettings', 'JupyterLabAppSettings', [FIRST])).toBeUndefined();
  });
});

describe('an override loses an entry', () => {
  test.each<[string, unknown]>([
    ['that is missing', [JAX]],
    ['that is there with another number', [{ ...TORCH, ImageVersionNumber: 4 }]],
    ['that is there without a number', [{ ImageName: 'torch', AppImageConfigName: 'torch-config' }]],
    ['that is there with another configuration', [{ ...TORCH, AppImageConfigName: 'other' }]],
    ['that is there in a condition only', [whether(TORCH, NOTHING)]],
    ['that is repeated in a condition', [TORCH, whether(JAX, TORCH)]],
    ['that is missing in the first branch', whether([JAX], [TORCH])],
    ['that is missing in the second branch', whether([TORCH], [JAX])],
    ['that is missing in a nested branch', whether([TORCH], whether([TORCH], NOTHING))],
    ['in a function without branches', { 'Fn::If': 'Prod' }],
    ['in another function', { 'Fn::GetAtt': ['Other', 'List'] }],
    ['in a string', 'torch'],
    ['in an object', { 0: TORCH }],
  ])('%s', (_, list) => {
    expect(lost(settingsWith(list))).toBe(FIRST);
  });

  test.each<[string, unknown]>([
    ['that are a string', 'x'],
    ['that are a condition without the list in one branch', whether(settingsWith([TORCH]), {})],
    ['that are a condition with nothing in one branch', whether(settingsWith([TORCH]), null)],
    ['whose app settings are a condition without the list in one branch', { JupyterLabAppSettings: whether({ CustomImages: [TORCH] }, NOTHING) }],
    ['of another app', { CodeEditorAppSettings: { CustomImages: [TORCH] } }],
  ])('in settings %s', (_, settings) => {
    expect(lost(settings)).toBe(FIRST);
  });

  test('and names the first that is lost', () => {
    expect(lost(settingsWith([TORCH]), [FIRST, SECOND])).toBe(SECOND);
    expect(lost(settingsWith([TORCH, JAX]), [FIRST, SECOND])).toBeUndefined();
  });
});
