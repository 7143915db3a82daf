import { attachmentEvent, ENTRY, forJupyterLab, type Scene, scene, SENT } from './attachments/scene';
import { event } from './event';
import { FakeServer } from './http';
import { serviceError, World } from './world';
import { StudioDetachments } from '../../../src/provider/handler/detachments';
import { ImageVersionLookup } from '../../../src/provider/handler/image-version-lookup';
import { clockFor } from '../../../src/provider/handler/lifecycle/clock';
import { Failure } from '../../../src/provider/handler/lifecycle/failure';
import { handle } from '../../../src/provider/handler/lifecycle/handle';
import { TROUBLESHOOTING } from '../../helpers/fixtures';

// docs/troubleshooting.md has these headings: test/scripts/troubleshooting.test.ts.

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const denied = () => serviceError('AccessDeniedException', 'no');
const missing = () => serviceError('ResourceNotFound', 'not found');
/** The target was another domain before. */
const moved: Parameters<Scene['run']> = ['Update', forJupyterLab(SENT), { PhysicalResourceId: 'd-0', OldResourceProperties: { ...forJupyterLab(SENT), DomainId: 'd-0' } }];
const create: Parameters<Scene['run']> = ['Create'];
const naming: Parameters<Scene['run']> = ['Create', { ...forJupyterLab(SENT), PassExecutionRole: ['DefaultUserSettings'] }];

describe('a failed attachment names the heading that explains it', () => {
  test.each<[string, string, Parameters<Scene['run']>, (domain: Scene['domain']) => void, Parameters<typeof scene>?]>([
    ['The domain is busy', 'the domain is being updated all the time', create, (domain) => { domain.status = 'Updating'; }],
    ['The domain does not exist', 'the domain is not found', create, (domain) => { domain.onRead = () => { throw missing(); }; }],
    ['The domain does not exist', 'the domain is being deleted', create, (domain) => { domain.status = 'Deleting'; }],
    ['Access is denied', 'a read is denied', create, (domain) => { domain.onRead = () => { throw denied(); }; }],
    ['Access is denied', 'a write is denied', create, (domain) => { domain.onWrite = () => { throw denied(); }; }],
    ['The update of the domain failed', 'an update fails', create, (domain) => { domain.onWrite = () => { domain.status = 'Update_Failed'; }; }],
    ['The update of the domain failed', 'SageMaker refuses writes', create, (domain) => { domain.onWrite = () => { throw serviceError('ValidationException', 'no'); }; }],
    ['Settings of others block an attachment', 'an update that omits nothing fails', naming, (domain) => { domain.onWrite = () => { domain.status = 'Update_Failed'; }; }],
    ['Somebody else attached another version', 'the list has another version', create, (domain) => {
      domain.putSettings({ JupyterLabAppSettings: { CustomImages: [{ ...ENTRY, ImageVersionNumber: 1 }] } });
    }],
    ['A setting was dropped', 'a setting cannot be restored', create, (domain) => {
      domain.onWrite = ({ DefaultUserSettings: settings = {} }) => {
        if ('ExecutionRole' in settings) {
          throw denied();
        }
      };
    }, [{ dropsOmitted: true }]],
    ['Entries are left after a failed replacement', 'the cleanup fails too', moved, (domain) => {
      domain.onWrite = () => { domain.status = 'Update_Failed'; };
      jest.spyOn(console, 'log').mockImplementation((line) => {
        if (JSON.parse(line).message === 'giving up') {
          domain.onRead = () => { throw denied(); };
        }
      });
    }],
  ])('%s: %s', async (heading, _, args, prepare, start = []) => {
    const { domain, run } = scene(...start);
    prepare(domain);
    expect(await run(...args)).toMatchObject({ help: heading });
  });

  test('also if the failure is that of one of several detachments', async () => {
    const { domain, world, attachments } = scene();
    domain.onRead = () => { throw denied(); };
    const detachments = new StudioDetachments(attachments);
    const targets = { One: { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'torch-jl' }] } } } };
    expect(await world.run(detachments.run(event('Delete', { Targets: targets }), world.clock()))).toMatchObject({ help: 'Access is denied' });
  });
});

describe('a failed look-up names the heading that explains it', () => {
  const found = async () => ({ names: ['1'], more: false });
  const none = async () => ({ names: [], more: false });
  test.each([
    ['another version exists', found],
    ['the image has no versions', none],
    ['the image does not exist', async () => { throw missing(); }],
    ['the versions cannot be listed', async () => { throw serviceError('ValidationException', 'no'); }],
  ])('A look-up finds nothing: %s', async (_, versions) => {
    const world = new World();
    const lookup = new ImageVersionLookup({ describe: async () => { throw missing(); }, versions, aliases: none, allAliases: async () => [] });
    const [outcome] = await world.settle(lookup.run(event('Create', { ImageName: 'torch', Version: '3' }), world.clock()));
    expect(outcome).toMatchObject({ reason: { help: 'A look-up finds nothing' } });
  });
});

describe('the reason that CloudFormation shows', () => {
  let server: FakeServer;
  beforeEach(async () => { server = await FakeServer.start(() => ({})); });
  afterEach(() => server.stop());

  async function reasonOf(run: () => Promise<void>, milliseconds = 60_000): Promise<string> {
    const received = { ...attachmentEvent('Create'), ResourceType: 'Custom::Thing', ResponseURL: server.url };
    await handle(received, { 'Custom::Thing': { physicalId: () => 'thing', run } }, clockFor(milliseconds));
    return JSON.parse(server.requests[0].body).Reason;
  }

  test('ends with the address of the heading', async () => {
    expect(await reasonOf(async () => { throw new Failure('doing x failed: why; state; remedy', true, false, 'The domain is busy'); }))
      .toBe(`doing x failed: why; state; remedy. See ${TROUBLESHOOTING}#the-domain-is-busy`);
  });

  test('has no address without a heading', async () => {
    expect(await reasonOf(async () => { throw new Failure('doing x failed: why; state; remedy', true); })).toBe('doing x failed: why; state; remedy');
  });

  test('ends with the address for calls that do not return', async () => {
    expect(await reasonOf(() => new Promise(() => undefined), 15_200))
      .toBe(`an AWS call did not return in time; the resulting state is unknown; deploy again. See ${TROUBLESHOOTING}#the-custom-resource-does-not-respond`);
  });
});
