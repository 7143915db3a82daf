import * as fc from 'fast-check';
import { FakeTarget } from './fake-target';
import { attachmentEvent } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import type { Json } from '../../../../src/provider/handler/service/json';
import { runs } from '../../../helpers/property';
import { World } from '../world';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const APPS = [
  ['DefaultUserSettings', 'JupyterLabAppSettings'], ['DefaultUserSettings', 'CodeEditorAppSettings'], ['DefaultSpaceSettings', 'JupyterLabAppSettings'],
] as const;
type Apps<T> = readonly [T, T, T];
const apps = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);

const imageOf = (name: string, version: number, account = '111111111111') => ({
  SageMakerImageArn: `arn:aws:sagemaker:eu-west-1:${account}:image/${name}`,
  SageMakerImageVersionArn: `arn:aws:sagemaker:eu-west-1:${account}:image-version/${name}/${version}`,
});
/** Defaults of our app, of another team in the same account, and of SageMaker. */
const OURS = [imageOf('a', 1), imageOf('a', 2), imageOf('b', 1)];
const THEIRS = [imageOf('theirs', 1), { SageMakerImageArn: imageOf('theirs', 1).SageMakerImageArn }];
const SAGEMAKERS = { ...imageOf('distribution', 1, '885854791233'), SageMakerImageVersionAlias: '2.0.0' };
const KEPT = { InstanceType: 'ml.t3.medium', Later: [null] };

type Wanted = Apps<Json | undefined>;
const step = fc.oneof(
  // With `breaks`, SageMaker accepts the first write, and then the update of the domain fails.
  fc.record({ do: fc.constant('change' as const), wanted: apps(fc.constantFrom(undefined, ...OURS)), breaks: fc.boolean(), rollsBack: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const) }),
  // Somebody else sets or removes the default of an app.
  fc.record({ do: fc.constant('foreign' as const), app: fc.constantFrom(0, 1, 2), image: fc.constantFrom({}, SAGEMAKERS, ...THEIRS) }),
);

/** A domain, and CloudFormation's operations on one custom resource. The expected defaults are computed without the handler. */
class Model {
  public readonly world = new World();
  public readonly domain = new FakeTarget(this.world, {
    DefaultUserSettings: {
      JupyterLabAppSettings: { DefaultResourceSpec: KEPT, CustomImages: [{ Kept: 1 }] },
      CodeEditorAppSettings: { DefaultResourceSpec: KEPT },
    },
    DefaultSpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: KEPT } },
  });
  private current?: Wanted;
  private readonly expected: Json[] = [{}, {}, {}];

  public async change(wanted: Wanted, breaks: boolean, rollsBack: boolean): Promise<void> {
    const before = this.current;
    // The rollback would set a default that was not in the properties, where another team has set one.
    if (before?.some((one, app) => one && !wanted[app] && this.isTheirs(app))) {
      return;
    }
    const conflicts = wanted.some((one, app) => one && !before?.[app] && this.isTheirs(app));
    this.breakOnce(breaks);
    const failure = before ? await this.send('Update', wanted, before) : await this.send('Create', wanted);
    if (conflicts) {
      expect(failure?.message).toContain('somebody else set another default image; nothing was changed');
    }
    if (!(failure as Failure | undefined)?.untouched) {
      this.expectImages(wanted);
    }
    this.current = wanted;
    if (!failure && !rollsBack) {
      return;
    }
    if (before) {
      expect(await this.send('Update', before, wanted)).toBeUndefined();
      this.expectImages(before);
    } else if (!(failure as Failure | undefined)?.untouched) {
      expect(await this.send('Delete', wanted)).toBeUndefined();
      this.expectImages([undefined, undefined, undefined]);
    }
    this.current = before;
  }

  public async delete(): Promise<void> {
    this.breakOnce(false);
    expect(this.current && await this.send('Delete', this.current)).toBeUndefined();
    if (this.current) {
      this.expectImages([undefined, undefined, undefined]);
    }
    this.current = undefined;
  }

  public changeByOthers(app: number, image: Json): void {
    this.domain.onWrite = () => undefined;
    this.expected[app] = image;
    const [settings, name] = APPS[app];
    this.domain.put({ [settings]: { [name]: { ...this.domain.blocks[settings]![name] as Json, DefaultResourceSpec: { ...KEPT, ...image } } } });
  }

  public expectDefaults(): void {
    const found = APPS.map(([settings, name]) => (this.domain.blocks[settings]![name] as Json).DefaultResourceSpec);
    expect(found).toEqual(this.expected.map((image) => ({ ...KEPT, ...image })));
    expect(this.domain.list()).toEqual([{ Kept: 1 }]);
  }

  /** Expects our defaults where no other team has set one. */
  private expectImages(wanted: Wanted): void {
    wanted.forEach((image, app) => {
      const isOurs = OURS.some((one) => JSON.stringify(one) === JSON.stringify(this.expected[app]));
      this.expected[app] = this.isTheirs(app) ? this.expected[app] : image ?? (isOurs ? {} : this.expected[app]);
    });
  }

  private isTheirs(app: number): boolean {
    return String(this.expected[app].SageMakerImageArn).endsWith('/theirs');
  }

  private breakOnce(breaks: boolean): void {
    let broken = !breaks;
    this.domain.onWrite = () => {
      this.domain.status = broken ? 'InService' : 'Update_Failed';
      broken = true;
    };
  }

  private send(type: 'Create' | 'Update' | 'Delete', wanted: Wanted, old?: Wanted): Promise<Error | undefined> {
    const event = attachmentEvent(type, propertiesOf(wanted), old && { OldResourceProperties: propertiesOf(old) });
    return this.world.run(new StudioAttachments(this.domain.studio).run(event, this.world.clock()));
  }
}

function propertiesOf(wanted: Wanted): Json {
  const properties: Record<string, any> = { DomainId: 'd-1', DefaultUserSettings: {}, DefaultSpaceSettings: {} };
  wanted.forEach((DefaultResourceSpec, app) => {
    const [settings, name] = APPS[app];
    properties[settings][name] = { DefaultResourceSpec };
  });
  return properties;
}

test('defaults of others never change, and ours are there wherever nobody else has set one', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
    const model = new Model();
    for (const one of steps) {
      switch (one.do) {
        case 'change': await model.change(one.wanted, one.breaks, one.rollsBack); break;
        case 'delete': await model.delete(); break;
        case 'foreign': model.changeByOthers(one.app, one.image);
      }
      model.expectDefaults();
    }
    await model.delete();
    model.expectDefaults();
  }), runs(400));
}, 30_000);
