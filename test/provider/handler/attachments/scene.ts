import { type Behaviour, FakeTarget } from './fake-target';
import { StudioAttachments } from '../../../../src/provider/handler/attachments';
import type { Blocks } from '../../../../src/provider/handler/attachments/model';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import { World } from '../world';

/** An entry as SageMaker returns it. */
export const ENTRY = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 };
/** The same entry as CloudFormation sends it. */
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

/** Properties with these entries in the JupyterLab list of the default user settings. */
export function forJupyterLab(...images: object[]): object {
  return { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: images } } };
}

export function attachmentEvent(type: CustomResourceEvent['RequestType'], properties: object = forJupyterLab(SENT), more: Partial<CustomResourceEvent> = {}) {
  return event(type, properties, { ...type !== 'Create' && { PhysicalResourceId: 'd-1' }, ...more });
}

/** Starts with a domain and a handler for its attachments. */
export function scene(behaviour: Behaviour = {}, blocks: object = { DefaultUserSettings: SETTINGS }) {
  const world = new World();
  const domain = new FakeTarget(world, structuredClone(blocks) as Blocks, behaviour);
  const attachments = new StudioAttachments(domain.studio);
  return {
    world,
    domain,
    attachments,
    /** Handles an event. Resolves to its error, if any. */
    run: (...args: Parameters<typeof attachmentEvent>): Promise<Error | undefined> =>
      world.run(attachments.run(attachmentEvent(...args), world.clock())),
    /** Handles an update. Resolves to its error, if any. */
    update: (from: object, to: object): Promise<Error | undefined> =>
      world.run(attachments.run(attachmentEvent('Update', to, { OldResourceProperties: from as Json }), world.clock())),
  };
}

export type Scene = ReturnType<typeof scene>;

export async function messageOf(outcome: Promise<Error | undefined>): Promise<string> {
  return (await outcome)?.message ?? 'no error';
}
