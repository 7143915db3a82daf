import { describeChange, describeConflicts, describeImages } from '../../../../src/provider/handler/attachments/messages';
import type { Entry, Target } from '../../../../src/provider/handler/attachments/model';

const DOMAIN: Target = { kind: 'Domain', key: { DomainId: 'd-1' } };
const PROFILE: Target = { kind: 'UserProfile', key: { DomainId: 'd-1', UserProfileName: 'ann' } };
const entry = (ImageName: string, ImageVersionNumber?: number): Entry => ({
  settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings', image: { ImageName, AppImageConfigName: 'c', ImageVersionNumber },
});
const NONE = { added: [], changed: [], removed: [] };
const NO_DEFAULTS = { set: [], remove: [] };

test.each<[object, string]>([
  [{ added: [entry('a', 3)] }, "attaching image 'a' (version 3, app image config 'c') to DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [{ added: [entry('a')] }, "attaching image 'a' (app image config 'c') to DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [{ changed: [entry('a', 3)] }, "changing image 'a' (app image config 'c') to version 3 in DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [{ changed: [entry('a')] }, "changing image 'a' (app image config 'c') to the latest version in DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [{ removed: [entry('a', 3)] }, "detaching image 'a' (version 3, app image config 'c') from DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
])('the description of one entry names it', (change, message) => {
  expect(describeChange(DOMAIN, { ...NONE, ...change }, NO_DEFAULTS)).toBe(message);
});

test('the description of several entries counts them', () => {
  expect(describeChange(DOMAIN, { added: [entry('a'), entry('b'), entry('c')], changed: [entry('d')], removed: [entry('e'), entry('f')] }, NO_DEFAULTS))
    .toBe("updating the images of domain 'd-1' (3 added, 1 changed, 2 removed)");
  expect(describeChange(PROFILE, { ...NONE, removed: [entry('a'), entry('b')] }, NO_DEFAULTS)).toBe("updating the images of user profile 'ann' of domain 'd-1' (2 removed)");
  expect(describeChange(DOMAIN, NONE, NO_DEFAULTS)).toBe("updating the images of domain 'd-1'");
});

const lab = { settings: 'DefaultUserSettings', app: 'JupyterLabAppSettings', image: { SageMakerImageArn: 'arn:image' } } as const;

test.each<[object, object, string]>([
  [NONE, { set: [lab] }, "setting the default image of DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [NONE, { remove: [lab] }, "removing the default image of DefaultUserSettings.JupyterLabAppSettings of domain 'd-1'"],
  [{ changed: [entry('a', 3)] }, { set: [lab] }, "changing image 'a' (app image config 'c') to version 3 in DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' and setting the default image"],
  [{ removed: [entry('a', 3)] }, { remove: [lab] },
    "detaching image 'a' (version 3, app image config 'c') from DefaultUserSettings.JupyterLabAppSettings of domain 'd-1' and removing the default image"],
  [NONE, { set: [lab], remove: [lab] }, "updating the images of domain 'd-1' (1 as default, 1 no longer default)"],
  [{ added: [entry('a', 3)] }, { set: [lab, lab] }, "updating the images of domain 'd-1' (1 added, 2 as default)"],
  [{ added: [entry('a', 3), entry('b')] }, { remove: [lab] }, "updating the images of domain 'd-1' (2 added, 1 no longer default)"],
])('the description of defaults names a single one (%j, %j)', (change, defaults, message) => {
  expect(describeChange(DOMAIN, { ...NONE, ...change }, { ...NO_DEFAULTS, ...defaults })).toBe(message);
});

test('what is left of a target has its entries and defaults', () => {
  const version = { ...lab, image: { ...lab.image, SageMakerImageVersionArn: 'arn:version' } };
  expect(describeImages({ entries: [entry('a', 3)], defaults: [lab, version] })).toBe("DefaultUserSettings.JupyterLabAppSettings: 'a' with 'c'; "
    + 'DefaultUserSettings.JupyterLabAppSettings: the default arn:image; DefaultUserSettings.JupyterLabAppSettings: the default arn:version');
  expect(describeImages({ entries: [], defaults: [lab] })).toBe('DefaultUserSettings.JupyterLabAppSettings: the default arn:image');
});

test('conflicts are grouped by list', () => {
  const conflicts = [{ entry: entry('a', 3), found: 1 }, { entry: { ...entry('a'), app: 'CodeEditorAppSettings' as const }, found: 2 }, { entry: entry('b', 1), found: undefined }];
  expect(describeConflicts(conflicts)).toBe("DefaultUserSettings.JupyterLabAppSettings: 'a' with 'c' (found 1, expected 3), 'b' with 'c' (found latest, expected 1); "
    + "DefaultUserSettings.CodeEditorAppSettings: 'a' with 'c' (found 2, expected latest)");
});
