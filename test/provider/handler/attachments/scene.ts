import { type Behaviour, FakeTarget } from './fake-target';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import type { Blocks } from '../../../../src/provider/handler/attachments/model';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { World } from '../world';

/** An entry as it stands in a list. */
export const ENTRY = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };
/** The same as CloudFormation sends it. */
export const SENT = { ...ENTRY, ImageVersionNumber: '3' };
export const OTHERS = [{ ImageName: 'other', AppImageConfigName: 'x', ImageVersionNumber: 1, Later: { deep: [1] } }, { ImageName: 'last', AppImageConfigName: 'y' }];
export const SETTINGS = {
  ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
  SecurityGroups: ['sg-2', 'sg-1'],
  JupyterLabAppSettings: { LifecycleConfigArns: ['arn'], CustomImages: OTHERS, NotInTheModel: true },
  NotInTheModelEither: { a: null },
};
export const SPACE_SETTINGS = {
  ExecutionRole: 'arn:aws:iam::111111111111:role/spaces',
  SecurityGroups: ['sg-3'],
  CodeEditorAppSettings: { CustomImages: [{ ImageName: 'editor', AppImageConfigName: 'z', ImageVersionNumber: 5 }] },
};

/** Properties with these entries in the list for JupyterLab of all users. */
export function forJupyterLab(...images: object[]): object {
  return { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: images } } };
}

export function attachmentEvent(type: CustomResourceEvent['RequestType'], properties: object = forJupyterLab(SENT), more: Partial<CustomResourceEvent> = {}) {
  return event(type, properties, { ...type !== 'Create' && { PhysicalResourceId: 'd-1' }, ...more });
}

/** A domain, and the kind of custom resource, which sees it at times of its own. */
export function scene(behaviour: Behaviour = {}, blocks: object = { DefaultUserSettings: SETTINGS }) {
  const world = new World();
  const domain = new FakeTarget(world, structuredClone(blocks) as Blocks, behaviour);
  const attachments = new StudioAttachments(domain.studio);
  return {
    world,
    domain,
    attachments,
    /** What becomes of an event: an error, if so. */
    run: (...args: Parameters<typeof attachmentEvent>): Promise<Error | undefined> =>
      world.run(attachments.run(attachmentEvent(...args), world.clock())),
    /** What becomes of an update from properties to others. */
    update: (from: object, to: object): Promise<Error | undefined> =>
      world.run(attachments.run(attachmentEvent('Update', to, { OldResourceProperties: from as Json }), world.clock())),
  };
}

export type Scene = ReturnType<typeof scene>;

export async function messageOf(outcome: Promise<Error | undefined>): Promise<string> {
  return (await outcome)?.message ?? 'no error';
}
