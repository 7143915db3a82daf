import { ENTRY, scene, SENT } from './scene';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const settings = { JupyterLabAppSettings: { CustomImages: [SENT] } };

test.each<[string, object, string, object, string]>([
  ['user profile', { UserProfileName: 'ann', UserSettings: settings }, 'd-1/user-profile/ann',
    { kind: 'UserProfile', key: { DomainId: 'd-1', UserProfileName: 'ann' } }, 'UserSettings'],
  ['space', { SpaceName: 'team', SpaceSettings: settings }, 'd-1/space/team', { kind: 'Space', key: { DomainId: 'd-1', SpaceName: 'team' } }, 'SpaceSettings'],
])('images are attached to and detached from a %s', async (_, more, PhysicalResourceId, target, block) => {
  const before = { [block]: { SecurityGroups: ['sg-1'], JupyterLabAppSettings: { CustomImages: [], Other: 1 } } };
  const { domain, run } = scene({}, before);
  const properties = { DomainId: 'd-1', ...more };
  expect(await run('Create', properties)).toBeUndefined();
  expect(domain.blocks).toEqual({ [block]: { SecurityGroups: ['sg-1'], JupyterLabAppSettings: { CustomImages: [ENTRY], Other: 1 } } });
  expect(await run('Delete', properties, { PhysicalResourceId })).toBeUndefined();
  expect(domain.blocks).toEqual(before);
  expect(new Set(domain.called.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(target)]));
});

test('a failure names the user profile or space', async () => {
  for (const [more, message] of [
    [{ UserProfileName: 'ann', UserSettings: settings }, "UserSettings.JupyterLabAppSettings of user profile 'ann' of domain 'd-1' failed: the user profile does not exist"],
    [{ SpaceName: 'team', SpaceSettings: settings }, "SpaceSettings.JupyterLabAppSettings of space 'team' of domain 'd-1' failed: the space does not exist"],
  ] as const) {
    const { domain, run } = scene();
    domain.exists = false;
    expect((await run('Create', { DomainId: 'd-1', ...more }))?.message).toContain(message);
  }
});
