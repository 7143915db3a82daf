import { Aspects, aws_iam as iam, aws_sagemaker as sagemaker, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, StudioTarget } from 'cdk-sagemaker-images';
import { errorOf, stackIn } from '../helpers/fixtures';
import { APPS, attach, domainIn, entryOf, propertiesOf, resourceOf, ROLE_ARN } from '../helpers/studio';

const THEIRS = { ImageName: 'theirs', AppImageConfigName: 'their-config', ImageVersionNumber: 7 };
const SETTINGS = 'DefaultUserSettings';
const LIST = 'DefaultUserSettings.JupyterLabAppSettings.CustomImages';

const refused = (override: string, property = 'defaultUserSettings', resource = 'Domain') =>
  `[Stack/${resource}] the override of ${override} removes, changes or repeats the entry of Stack/torch-attachment: `
  + `remove the override, or set the property ${property} of Stack/${resource} instead: the library adds its entries to it`;

const OVERRIDES: [string, (resource: CfnResource) => void, string][] = [
  ['of the list', (one) => one.addPropertyOverride(LIST, [THEIRS]), LIST],
  ['of the list, with nothing', (one) => one.addPropertyOverride(LIST, []), LIST],
  ['of the list, with a function', (one) => one.addPropertyOverride(LIST, Fn.conditionIf('Prod', [THEIRS], [])), LIST],
  ['of one entry', (one) => one.addPropertyOverride(`${LIST}.0`, { ImageName: 'theirs' }), `${LIST}.0.ImageName`],
  ['of the name in an entry', (one) => one.addPropertyOverride(`${LIST}.0.AppImageConfigName`, 'theirs'), `${LIST}.0.AppImageConfigName`],
  ['of the number in an entry', (one) => one.addPropertyOverride(`${LIST}.0.ImageVersionNumber`, 9), `${LIST}.0.ImageVersionNumber`],
  ['of two parts of an entry', (one) => {
    one.addPropertyOverride(`${LIST}.0.ImageName`, 'theirs');
    one.addPropertyOverride(`${LIST}.0.ImageVersionNumber`, 9);
  }, `${LIST}.0`],
  ['of the settings of the app', (one) => one.addPropertyOverride(`${SETTINGS}.JupyterLabAppSettings`, { CustomImages: [THEIRS] }), LIST],
  ['of the settings of the app, with a string', (one) => one.addPropertyOverride(`${SETTINGS}.JupyterLabAppSettings`, 'x'), `${SETTINGS}.JupyterLabAppSettings`],
  ['of all settings', (one) => one.addOverride(`Properties.${SETTINGS}`, { JupyterLabAppSettings: { CustomImages: [THEIRS] } }), LIST],
  ['of all settings, with a function', (one) => one.addOverride(`Properties.${SETTINGS}`, { 'Fn::If': ['Prod', {}, {}] }), SETTINGS],
  ['of all properties', (one) => one.addOverride('Properties', { [SETTINGS]: { JupyterLabAppSettings: { CustomImages: [THEIRS] } } }), LIST],
  ['that deletes the list', (one) => one.addPropertyDeletionOverride(LIST), LIST],
  ['that deletes an entry', (one) => one.addPropertyDeletionOverride(`${LIST}.0`), `${LIST}.0`],
  ['that deletes the settings of the app', (one) => one.addPropertyDeletionOverride(`${SETTINGS}.JupyterLabAppSettings`), `${SETTINGS}.JupyterLabAppSettings`],
  ['that deletes all settings', (one) => one.addDeletionOverride(`Properties.${SETTINGS}`), SETTINGS],
  ['that deletes all properties', (one) => one.addDeletionOverride('Properties'), 'Properties'],
];

describe('an override that erases or mixes an entry is an error', () => {
  const start = () => {
    const stack = stackIn();
    new CfnCondition(stack, 'Prod', { expression: Fn.conditionEquals(1, 1) });
    return { stack, domain: domainIn(stack) };
  };

  test.each(OVERRIDES)('%s, before the image is attached', (_, override, path) => {
    const { stack, domain } = start();
    override(domain);
    attach(stack, StudioTarget.domain(domain));
    expect(errorOf(() => Template.fromStack(stack))?.split('\n')).toContain(`  ${refused(path)}`);
  });

  test.each(OVERRIDES)('%s, after the image was attached', (_, override, path) => {
    const { stack, domain } = start();
    attach(stack, StudioTarget.domain(domain));
    override(domain);
    expect(errorOf(() => Template.fromStack(stack))).toContain(refused(path));
  });

  test.each<[string, any, boolean]>([
    ['in one branch of a condition', [THEIRS], true],
    ['in both branches of a condition', undefined, false],
  ])('%s', (_, entries, isRefused) => {
    const { stack, domain } = start();
    const attachment = attach(stack, StudioTarget.domain(domain));
    const branches = [entries ?? [entryOf(stack, attachment)], [entryOf(stack, attachment), THEIRS]];
    domain.addPropertyOverride(LIST, { 'Fn::If': ['Prod', ...branches] });
    expect(errorOf(() => Template.fromStack(stack)) ?? '').toEqual(isRefused ? expect.stringContaining(refused(LIST)) : '');
  });

  test.each<[string, (ours: any) => unknown]>([
    ['with another number', (ours) => ({ ...ours, ImageVersionNumber: 1 })],
    ['with the same number', (ours) => ours],
    ['in another spelling', (ours) => ({ ...ours, ImageName: 'TORCH' })],
    ['in a condition', (ours) => ({ 'Fn::If': ['Prod', { ...ours, ImageVersionNumber: 1 }, { Ref: 'AWS::NoValue' }] })],
  ])('that adds the entry again: %s', (_, again) => {
    const { stack, domain } = start();
    const attachment = attach(stack, StudioTarget.domain(domain));
    domain.addPropertyOverride(LIST, [entryOf(stack, attachment), again(entryOf(stack, attachment))]);
    expect(errorOf(() => Template.fromStack(stack))).toContain(refused(LIST));
  });

  test('by an aspect', () => {
    const { stack, domain } = start();
    attach(stack, StudioTarget.domain(domain));
    Aspects.of(stack).add({ visit: (node) => node === domain && domain.addPropertyOverride(LIST, [THEIRS]) }, { priority: 1000 });
    expect(errorOf(() => Template.fromStack(stack))).toContain(refused(LIST));
  });

  test('in a user profile, a space and the space settings of a domain', () => {
    const stack = stackIn();
    const profile = new sagemaker.CfnUserProfile(stack, 'Profile', { domainId: 'd-1', userProfileName: 'jo' });
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    const domain = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
    attach(stack, StudioTarget.userProfile(profile), APPS.CodeEditor, 'p');
    attach(stack, StudioTarget.space(space), APPS.KernelGateway, 's');
    attach(stack, StudioTarget.domainSharedSpaces(domain), APPS.JupyterLab, 'd');
    profile.addPropertyOverride('UserSettings.CodeEditorAppSettings.CustomImages', []);
    space.addPropertyDeletionOverride('SpaceSettings');
    domain.addPropertyOverride('DefaultSpaceSettings.JupyterLabAppSettings', { CustomImages: [THEIRS] });
    const message = errorOf(() => Template.fromStack(stack));
    expect(message).toContain('[Stack/Profile] the override of UserSettings.CodeEditorAppSettings.CustomImages removes, changes or repeats the entry of Stack/p-attachment: '
      + 'remove the override, or set the property userSettings of Stack/Profile instead');
    expect(message).toContain('[Stack/Space] the override of SpaceSettings removes, changes or repeats the entry of Stack/s-attachment: remove the override, or set the property spaceSettings');
    expect(message).toContain('[Stack/Domain] the override of DefaultSpaceSettings.JupyterLabAppSettings.CustomImages removes, changes or repeats the entry of Stack/d-attachment');
  });

  test('in the custom resource of an existing target', () => {
    const stack = stackIn();
    const attachment = attach(stack, StudioTarget.existingDomain('d-1'));
    resourceOf(attachment).addPropertyOverride(LIST, [THEIRS]);
    expect(errorOf(() => Template.fromStack(stack))).toContain(`[Stack/torch-attachment] the override of ${LIST} of ${resourceOf(attachment).node.path} `
      + 'removes, changes or repeats its entry: remove the override, or the attachment');
  });

  test.each<[string, (config: sagemaker.CfnAppImageConfig) => void]>([
    ['an override', (config) => config.addPropertyOverride('AppImageConfigName', 'other')],
    ['its deletion', (config) => config.addPropertyDeletionOverride('AppImageConfigName')],
    ['the property of the L1', (config) => { config.appImageConfigName = 'other'; }],
  ])('that renames a configuration: %s', (_, rename) => {
    const stack = stackIn();
    rename(new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab }).node.defaultChild as sagemaker.CfnAppImageConfig);
    expect(errorOf(() => Template.fromStack(stack))).toContain('[Stack/Config] AppImageConfigName of Stack/Config/Resource was changed after its creation, '
      + 'but grants and attachments use the former name: pass appImageConfigName instead');
  });
});

describe('an override of a value that permissions depend on is an error', () => {
  const ROLE = 'arn:aws:iam::111111111111:role/other';
  const refusal = (override: string, property: string, path: string) => `[${path}] the override of ${override} would have no effect on permissions: `
    + `remove the override, or set the property ${property} of ${path} instead`;
  const profileIn = (stack: Stack, domainId = 'd-1') =>
    new sagemaker.CfnUserProfile(stack, 'Profile', { domainId, userProfileName: 'jo', userSettings: { executionRole: ROLE_ARN } });

  test.each<[string, unknown, string]>([
    ['UserProfileName', 'bo', 'userProfileName'],
    ['DomainId', 'd-2', 'domainId'],
    ['UserSettings.ExecutionRole', ROLE, 'userSettings'],
    ['UserSettings.ExecutionRole', { 'Fn::If': ['Prod', ROLE, ROLE_ARN] }, 'userSettings'],
    ['UserSettings.ExecutionRole', undefined, 'userSettings'],
  ])('%s of a user profile (%#)', (name, value, property) => {
    const stack = stackIn();
    const profile = profileIn(stack);
    attach(stack, StudioTarget.userProfile(profile));
    profile.addPropertyOverride(name, value);
    expect(errorOf(() => Template.fromStack(stack))?.split('\n').slice(1)).toEqual([`  ${refusal(name, property, 'Stack/Profile')}`]);
  });

  test('the name of a space', () => {
    const stack = stackIn();
    const space = new sagemaker.CfnSpace(stack, 'Space', { domainId: 'd-1', spaceName: 'team' });
    attach(stack, StudioTarget.space(space), APPS.KernelGateway);
    space.addPropertyOverride('SpaceName', 'other');
    expect(errorOf(() => Template.fromStack(stack))).toContain(refusal('SpaceName', 'spaceName', 'Stack/Space'));
  });

  test.each(['DefaultUserSettings', 'DefaultSpaceSettings'])('the execution role in %s of a domain, even if the target has one', (settings) => {
    const stack = stackIn();
    const domain = domainIn(stack, { defaultSpaceSettings: { executionRole: ROLE_ARN } });
    const executionRole = iam.Role.fromRoleArn(stack, 'Role', ROLE_ARN);
    attach(stack, StudioTarget.domain(domain, { executionRole }));
    domain.addPropertyOverride(`${settings}.ExecutionRole`, ROLE);
    expect(errorOf(() => Template.fromStack(stack))).toContain(
      refusal(`${settings}.ExecutionRole`, settings.replace('D', 'd'), 'Stack/Domain'));
  });

  test('the execution role that a user profile inherits from its domain', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'Profile', { domainId: domain.attrDomainId, userProfileName: 'jo' })));
    domain.addPropertyOverride('DefaultUserSettings.ExecutionRole', ROLE);
    expect(errorOf(() => Template.fromStack(stack))).toContain(refusal('DefaultUserSettings.ExecutionRole', 'defaultUserSettings', 'Stack/Domain'));
  });

  test('the execution role of a user profile of the domain', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    profileIn(stack, domain.attrDomainId).addPropertyOverride('UserSettings.ExecutionRole', ROLE);
    expect(errorOf(() => Template.fromStack(stack))).toContain(refusal('UserSettings.ExecutionRole', 'userSettings', 'Stack/Profile'));
  });

  test('that is named alone, even if the app overrides more', () => {
    const stack = stackIn();
    const profile = profileIn(stack);
    attach(stack, StudioTarget.userProfile(profile));
    profile.addPropertyOverride('UserProfileName', 'bo');
    profile.addPropertyOverride('SingleSignOnUserValue', 'bo');
    profile.addPropertyOverride('UserSettings.ExecutionRole', ROLE);
    profile.addPropertyOverride('UserSettings.SecurityGroups', ['sg-1']);
    expect(errorOf(() => Template.fromStack(stack))?.split('\n').slice(1)).toEqual([
      `  ${refusal('UserProfileName', 'userProfileName', 'Stack/Profile')}`,
      `  ${refusal('UserSettings.ExecutionRole', 'userSettings', 'Stack/Profile')}`,
    ]);
  });

  test('or of all settings, which is reported once', () => {
    const stack = stackIn();
    const profile = profileIn(stack);
    attach(stack, StudioTarget.userProfile(profile));
    profile.addPropertyDeletionOverride('UserSettings');
    expect(errorOf(() => Template.fromStack(stack))?.split('\n').slice(1)).toEqual([`  ${refused('UserSettings', 'userSettings', 'Profile')}`]);
  });

  test('unless it has the same value', () => {
    const stack = stackIn();
    const profile = profileIn(stack);
    attach(stack, StudioTarget.userProfile(profile));
    profile.addPropertyOverride('UserProfileName', 'jo');
    profile.addPropertyOverride('UserSettings.ExecutionRole', ROLE_ARN);
    profile.addPropertyOverride('SingleSignOnUserValue', 'jo');
    expect(propertiesOf(profile).UserProfileName).toBe('jo');
  });
});

test.each<[string, sagemaker.CfnUserProfileProps]>([
  ["executionRole of userSettings 'arn:aws:iam::1:role/*' has a wildcard", { domainId: 'd-1', userProfileName: 'jo', userSettings: { executionRole: 'arn:aws:iam::1:role/*' } }],
  ["domainId 'd-*' is not a valid domain id", { domainId: 'd-*', userProfileName: 'jo' }],
  ["userProfileName '*' is not a valid name", { domainId: 'd-1', userProfileName: '*' }],
])('a wildcard in a value of an owned target is an error, since it would extend permissions: %s', (message, props) => {
  const stack = stackIn();
  attach(stack, StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'Profile', props)));
  expect(errorOf(() => Template.fromStack(stack))).toContain(`[Stack/Profile] ${message}`);
});

describe('an override that keeps all entries is accepted', () => {
  const ours = (stack: Stack) => entryOf(stack, stack.node.findChild('torch-attachment') as any);

  test('beside the list', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.addPropertyOverride(`${SETTINGS}.JupyterLabAppSettings`, { LifecycleConfigArns: ['arn'] });
    domain.addPropertyOverride(`${SETTINGS}.CodeEditorAppSettings.CustomImages`, [THEIRS]);
    domain.addOverride('Metadata.Key', 'value');
    expect(propertiesOf(domain).DefaultUserSettings).toMatchObject({
      JupyterLabAppSettings: { CustomImages: [ours(stack)], LifecycleConfigArns: ['arn'] }, CodeEditorAppSettings: { CustomImages: [THEIRS] },
    });
  });

  test('after the entries', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    attach(stack, StudioTarget.domain(domain));
    domain.addPropertyOverride(`${LIST}.1`, THEIRS);
    expect(propertiesOf(domain).DefaultUserSettings.JupyterLabAppSettings.CustomImages).toEqual([ours(stack), THEIRS]);
  });

  test('in a configuration', () => {
    const stack = stackIn();
    const { node } = new AppImageConfig(stack, 'Config', { app: APPS.JupyterLab });
    (node.defaultChild as CfnResource).addPropertyOverride('JupyterLabAppImageConfig.ContainerConfig.ContainerArguments', ['-v']);
    Template.fromStack(stack).resourceCountIs('AWS::SageMaker::AppImageConfig', 1);
  });
});
