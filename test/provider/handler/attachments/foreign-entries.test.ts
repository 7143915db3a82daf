import * as fc from 'fast-check';
import { FakeTarget } from './fake-target';
import { attachmentEvent } from './scene';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import { Failure } from '../../../../src/provider/handler/lifecycle/failure';
import type { Json } from '../../../../src/provider/handler/service/json';
import { runs } from '../../../helpers/property';
import { World } from '../world';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const LISTS = [['DefaultUserSettings', 'JupyterLabAppSettings'], ['DefaultUserSettings', 'CodeEditorAppSettings'], ['DefaultSpaceSettings', 'JupyterLabAppSettings']] as const;
type Lists<T> = readonly [T, T, T];
const lists = <T>(one: fc.Arbitrary<T>) => fc.tuple(one, one, one);

// There are few names, so that our entries and those of others collide. Others use versions that we never use, and more
// configurations than we do, so that they have our images with another configuration, and our configuration with other images.
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const config = fc.constantFrom('x', 'x', 'y');
const ours = fc.uniqueArray(fc.record({ name, number: fc.constantFrom(undefined, 1, 2) }), { selector: (one) => one.name, maxLength: 3 });
const foreign = fc.uniqueArray(fc.record({ name, config, number: fc.integer({ min: 100, max: 102 }), more: fc.jsonValue() }), {
  selector: (one) => `${one.name} ${one.config}`,
  maxLength: 4,
});
type Ours = { readonly name: string; readonly number?: number };
type Wanted = Lists<readonly Ours[]>;

const step = fc.oneof(
  // With `breaks`, SageMaker accepts the first write, and then the update of the domain fails.
  fc.record({ do: fc.constant('change' as const), wanted: lists(ours), breaks: fc.boolean(), rollsBack: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const) }),
  // Somebody else attaches and detaches.
  fc.record({ do: fc.constant('foreign' as const), list: fc.constantFrom(0, 1, 2), name, config, gone: fc.boolean(), more: fc.jsonValue() }),
);

function propertiesOf(wanted: Wanted): Json {
  const properties: Record<string, any> = { DomainId: 'd-1', DefaultUserSettings: {}, DefaultSpaceSettings: {} };
  LISTS.forEach(([settings, app], index) => {
    properties[settings][app] = {
      CustomImages: wanted[index].map((one) => ({ ImageName: one.name, AppImageConfigName: 'x', ...one.number && { ImageVersionNumber: String(one.number) } })),
    };
  });
  return properties;
}

const isForeign = (entry: Json) => Number(entry.ImageVersionNumber) >= 100;
const entryOf = (one: Ours) => ({ ImageName: one.name, AppImageConfigName: 'x', ...one.number && { ImageVersionNumber: one.number } });
const byName = (one: Json, other: Json) => String(one.ImageName).localeCompare(String(other.ImageName));

/** A domain with entries of others, and CloudFormation's operations on one custom resource. */
class Model {
  public readonly world = new World();
  public readonly domain: FakeTarget;
  /** The properties of the resource, according to CloudFormation. */
  public current?: Wanted;
  /** The expected entries of others. */
  public readonly foreign: Json[][];

  constructor(initial: Lists<readonly { name: string; config: string; number: number; more: unknown }[]>) {
    this.foreign = initial.map((list) => list.map((one) => ({ ...entryOf(one), AppImageConfigName: one.config, More: one.more })));
    this.domain = new FakeTarget(this.world, {
      DefaultUserSettings: {
        Kept: [1],
        JupyterLabAppSettings: { CustomImages: this.foreign[0], Kept: 2 },
        CodeEditorAppSettings: { CustomImages: this.foreign[1] },
      },
      DefaultSpaceSettings: { Kept: { a: null }, JupyterLabAppSettings: { CustomImages: this.foreign[2] } },
    });
  }

  public list(index: number): Json[] {
    const [settings, app] = LISTS[index];
    return this.domain.list(app, settings);
  }

  /** Creates or updates the resource, and rolls back if needed. */
  public async change(wanted: Wanted, breaks: boolean, rollsBack: boolean): Promise<void> {
    let broken = !breaks;
    this.domain.onWrite = () => {
      this.domain.status = broken ? 'InService' : 'Update_Failed';
      broken = true;
    };
    const before = this.current;
    const failure = before ? await this.send('Update', wanted, before) : await this.send('Create', wanted);
    this.current = wanted;
    if (!failure && !rollsBack) {
      return;
    }
    if (before) {
      expect(await this.send('Update', before, wanted)).toBeUndefined();
    } else if (!failure || !(failure as Failure).untouched) {
      // After a failed creation that changed nothing, the handler ignores the deletion.
      expect(await this.send('Delete', wanted)).toBeUndefined();
    }
    this.current = before;
  }

  public async delete(): Promise<void> {
    this.domain.onWrite = () => undefined;
    expect(this.current && await this.send('Delete', this.current)).toBeUndefined();
    this.current = undefined;
  }

  /** Detaches or attaches an image, as somebody else. */
  public changeByOthers(index: number, ImageName: string, AppImageConfigName: string, gone: boolean, more: unknown): void {
    const list = this.list(index);
    const isIt = (entry: Json) => entry.ImageName === ImageName && entry.AppImageConfigName === AppImageConfigName;
    const found = list.find(isIt);
    const entry = { ImageName, AppImageConfigName, ImageVersionNumber: 100, More: more };
    if (gone && found && isForeign(found)) {
      this.foreign[index] = this.foreign[index].filter((other) => !isIt(other));
      this.overwrite(index, list.filter((other) => other !== found));
    } else if (!gone && !found) {
      this.foreign[index] = [...this.foreign[index], entry];
      this.overwrite(index, [...list, entry]);
    }
  }

  public expectEntries(): void {
    LISTS.forEach((_, index) => {
      expect(JSON.stringify(this.list(index).filter(isForeign))).toBe(JSON.stringify(this.foreign[index]));
      expect(this.list(index).filter((entry) => !isForeign(entry)).sort(byName)).toEqual((this.current?.[index] ?? []).map(entryOf).sort(byName));
    });
    expect(this.domain.blocks).toMatchObject({
      DefaultUserSettings: { Kept: [1], JupyterLabAppSettings: { Kept: 2 } }, DefaultSpaceSettings: { Kept: { a: null } },
    });
  }

  private overwrite(index: number, CustomImages: Json[]): void {
    const [settings, app] = LISTS[index];
    this.domain.onWrite = () => undefined;
    this.domain.put({ [settings]: { [app]: { ...this.domain.blocks[settings]![app] as Json, CustomImages } } });
  }

  private send(type: 'Create' | 'Update' | 'Delete', wanted: Wanted, old?: Wanted): Promise<Error | undefined> {
    const event = attachmentEvent(type, propertiesOf(wanted), old && { OldResourceProperties: propertiesOf(old) });
    return this.world.run(new StudioAttachments(this.domain.studio).run(event, this.world.clock()));
  }
}

test('entries of others keep their content and order, regardless of operations on our entries', async () => {
  await fc.assert(fc.asyncProperty(lists(foreign), fc.array(step, { maxLength: 8 }), async (initial, steps) => {
    const model = new Model(initial);
    for (const one of steps) {
      switch (one.do) {
        case 'change': await model.change(one.wanted, one.breaks, one.rollsBack); break;
        case 'delete': await model.delete(); break;
        case 'foreign': model.changeByOthers(one.list, one.name, one.config, one.gone, one.more);
      }
      model.expectEntries();
    }
    await model.delete();
    model.expectEntries();
  }), runs(300));
}, 20_000);
