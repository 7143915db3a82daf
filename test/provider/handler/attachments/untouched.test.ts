import { scene } from './scene';

// Everything that is expected here is written out: no entry is compared, found or filtered by the code that is tested.

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

/** A domain in which other teams use the same names as we do: our image, our configuration, or both in other lists. */
const DOMAIN = {
  DefaultUserSettings: {
    ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
    SecurityGroups: ['sg-2', 'sg-1'],
    JupyterLabAppSettings: {
      DefaultResourceSpec: { InstanceType: 'ml.t3.medium', Unknown: 1 },
      CustomImages: [
        { ImageName: 'torch', AppImageConfigName: 'theirs', ImageVersionNumber: 3, Unknown: { deep: [null, 1.5] } },
        { ImageName: 'theirs', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 },
        { ImageName: 'torch', AppImageConfigName: 'torch-jl-2' },
        { ImageName: 'torch-2', AppImageConfigName: 'torch-jl', ImageVersionNumber: 7 },
      ],
    },
    CodeEditorAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }] },
    KernelGatewayAppSettings: { LifecycleConfigArns: ['arn:1'], CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-jl' }] },
    Unknown: [{ a: null }],
  },
  DefaultSpaceSettings: {
    ExecutionRole: 'arn:aws:iam::111111111111:role/spaces',
    JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }] },
  },
};

/** The domain with one more entry at the end of the JupyterLab list of its user settings. */
function withEntry(entry: object): object {
  const { DefaultUserSettings: { JupyterLabAppSettings: lab, ...settings }, ...blocks } = DOMAIN;
  return { ...blocks, DefaultUserSettings: { ...settings, JupyterLabAppSettings: { ...lab, CustomImages: [...lab.CustomImages, entry] } } };
}

const attach = (ImageVersionNumber: string) => ({
  DomainId: 'd-1',
  DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber }] } },
});

test('creation, update, rollback and deletion change one entry of a domain in which others use the same names', async () => {
  const { domain, run, update } = scene({}, DOMAIN);
  expect(await run('Create', attach('3'))).toBeUndefined();
  expect(domain.blocks).toEqual(withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }));
  expect(await update(attach('3'), attach('4'))).toBeUndefined();
  expect(domain.blocks).toEqual(withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 4 }));
  expect(await update(attach('4'), attach('3'))).toBeUndefined();
  expect(domain.blocks).toEqual(withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }));
  expect(await run('Delete', attach('3'))).toBeUndefined();
  expect(domain.blocks).toEqual(DOMAIN);
  // The other blocks were not even sent.
  expect(domain.writes.map((blocks) => Object.keys(blocks))).toEqual(Array(4).fill(['DefaultUserSettings']));
});

test('an update that replaces all of our entries keeps those of others', async () => {
  const { domain, run, update } = scene({}, DOMAIN);
  await run('Create', attach('3'));
  const other = {
    DomainId: 'd-1',
    DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-new', ImageVersionNumber: '3' }] } },
  };
  expect(await update(attach('3'), other)).toBeUndefined();
  expect(domain.blocks).toEqual(withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-new', ImageVersionNumber: 3 }));
});

test('an entry of somebody else with the same image and configuration in another list is not a conflict', async () => {
  const { domain, run } = scene({}, DOMAIN);
  // The lists of other apps and of spaces have other versions of it.
  expect(await run('Create', attach('5'))).toBeUndefined();
  expect(domain.blocks).toEqual(withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 5 }));
  expect(await run('Delete', attach('5'))).toBeUndefined();
  expect(domain.blocks).toEqual(DOMAIN);
});

test.each(['UserProfile', 'Space'])('everything else in the settings of a %s stays as it was', async (kind) => {
  const block = kind === 'Space' ? 'SpaceSettings' : 'UserSettings';
  const name = kind === 'Space' ? 'SpaceName' : 'UserProfileName';
  const before = { [block]: DOMAIN.DefaultUserSettings };
  const { domain, run } = scene({}, before);
  const properties = { DomainId: 'd-1', [name]: 'team', [block]: attach('3').DefaultUserSettings };
  expect(await run('Create', properties)).toBeUndefined();
  expect(domain.blocks).toEqual({ [block]: (withEntry({ ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 }) as any).DefaultUserSettings });
  expect(await run('Delete', properties, { PhysicalResourceId: `d-1/${kind === 'Space' ? 'space' : 'user-profile'}/team` })).toBeUndefined();
  expect(domain.blocks).toEqual(before);
});
