import { ImageAlias } from '../../../../src/provider/handler/image-alias';
import { AliasedVersion } from '../../../../src/provider/handler/image-alias/aliased-version';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Kind } from '../../../../src/provider/handler/lifecycle/kind';
import type { Service } from '../../../../src/provider/handler/service/client';
import { Images } from '../../../../src/provider/handler/service/images';
import { event } from '../event';
import { FakeSageMaker } from '../fake-sagemaker';
import { World } from '../world';

type Send = Pick<Service, 'send'>;

/** More calls than any event makes. */
const CALLS = 12;
const NAME = { ImageName: 'torch', Alias: 'prod' };
const NO_TEMPLATE = { send: async () => ({ TemplateBody: '{}' }) };

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(() => undefined); });

/** A stack that creates the resource for version 2, while a version of the image may have the alias. */
class Scene {
  public readonly world: World;
  public readonly fake: FakeSageMaker;
  private former: unknown;

  constructor(takenAlias: 'refuse' | 'move', private readonly holder: number | 'none', seed = 1, latency?: number) {
    const world = this.world = new World(seed);
    this.fake = new FakeSageMaker(world, { takenAlias, ...latency && { latency: () => world.random() * latency } })
      .addImage('torch', 3, { other: 1, ...holder !== 'none' && { prod: holder } });
  }

  public async readBefore(): Promise<void> {
    const [outcome] = await this.world.settle(new AliasedVersion(new Images(this.fake)).run(event('Create', NAME), this.world.clock()));
    this.former = (outcome as PromiseFulfilledResult<any>).value.AliasedVersion;
  }

  /** Handles an event in a process of its own, which a fault may kill. Returns the physical id. */
  public async handle(type: CustomResourceEvent['RequestType'], PhysicalResourceId?: string): Promise<string | 'killed'> {
    const process = this.fake.process();
    const [outcome] = await this.world.settle(process.run(this.work(process, type, PhysicalResourceId)));
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    return (outcome as PromiseFulfilledResult<string>).value;
  }

  public async work(service: Send, type: CustomResourceEvent['RequestType'], PhysicalResourceId?: string): Promise<string> {
    const kind: Kind = new ImageAlias(service, NO_TEMPLATE);
    const received = event(type, { ...NAME, Version: '2', FormerVersion: String(this.former) }, { PhysicalResourceId });
    return kind.physicalId(received, await kind.run(received, this.world.clock()) ?? undefined);
  }

  public expectUntouched(): void {
    expect(this.fake.images.aliases('torch')).toEqual({ other: 1, ...this.holder !== 'none' && { prod: this.holder } });
  }
}

const HOLDERS = [3, 2, 'none'] as const;
const CASES = (['refuse', 'move'] as const).flatMap((answer) => HOLDERS.flatMap((holder) => (['before', 'after'] as const).map((when) => [answer, holder, when] as const)));

describe.each(CASES)('if SageMaker would %s a taken alias that is on version %s, and a process is killed %s a call', (answer, holder, when) => {
  test('a creation that runs again can be rolled back', async () => {
    let kills = 0;
    for (let skip = 0; skip < CALLS; skip++) {
      const scene = new Scene(answer, holder);
      await scene.readBefore();
      scene.fake.fault({ error: 'kill', when, skip });
      let id = await scene.handle('Create');
      if (id === 'killed') {
        kills++;
        id = await scene.handle('Create');
      }
      scene.fake.clearFaults();
      expect(scene.fake.images.aliases('torch').prod).toBe(2);
      await scene.handle('Delete', id);
      scene.expectUntouched();
    }
    expect(kills).toBeGreaterThan(0);
  });

  test('a creation that never responds can be rolled back', async () => {
    for (let skip = 0; skip < CALLS; skip++) {
      const scene = new Scene(answer, holder);
      await scene.readBefore();
      scene.fake.fault({ error: 'kill', when, skip });
      await scene.handle('Create');
      scene.fake.clearFaults();
      await scene.handle('Delete', 'Stack-Prod-1A2B3C');
      scene.expectUntouched();
    }
  });

  test.each([true, false])('a rollback runs again (%j: after a response)', async (responds) => {
    for (let skip = 0; skip < CALLS; skip++) {
      const scene = new Scene(answer, holder);
      await scene.readBefore();
      const id = await scene.handle('Create');
      scene.fake.fault({ error: 'kill', when, skip });
      const deletion = () => scene.handle('Delete', responds ? id : 'Stack-Prod-1A2B3C');
      if (await deletion() === 'killed') {
        await deletion();
      }
      scene.expectUntouched();
    }
  });
});

test.each(HOLDERS)('a creation that CloudFormation cancels, and which goes on meanwhile, is rolled back (alias on %s)', async (holder) => {
  for (let seed = 1; seed <= 30; seed++) {
    const scene = new Scene(seed % 2 ? 'refuse' : 'move', holder, seed, 500);
    await scene.readBefore();
    const [creation, deletion] = await scene.world.settle(scene.work(scene.fake, 'Create'), scene.work(scene.fake, 'Delete', 'Stack-Prod-1A2B3C'));
    expect([creation.status, deletion.status]).toEqual(['fulfilled', 'fulfilled']);
    scene.expectUntouched();
  }
});
