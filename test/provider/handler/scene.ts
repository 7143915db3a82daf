import { event } from './events';
import { DomainBehaviour, FakeDomain, World } from './world';
import { Attachment } from '../../../src/provider/handler/attachment';

export const OTHERS = [{ ImageName: 'other', AppImageConfigName: 'x', ImageVersionNumber: 1, Later: { deep: [1] } }, { ImageName: 'last', AppImageConfigName: 'y' }];
export const SETTINGS = {
  ExecutionRole: 'arn:aws:iam::111111111111:role/execution',
  SecurityGroups: ['sg-2', 'sg-1'],
  JupyterLabAppSettings: { LifecycleConfigArns: ['arn'], CustomImages: OTHERS, NotInTheModel: true },
  NotInTheModelEither: { a: null },
};

/** A domain, and the handler of attachments, which sees it at times of its own. */
export function scene(behaviour: DomainBehaviour = {}, settings: object = SETTINGS) {
  const world = new World();
  const domain = new FakeDomain(world, structuredClone(settings) as any, behaviour);
  const attachment = new Attachment(domain.studio);
  return {
    world,
    domain,
    attachment,
    /** What becomes of an event: an error, if so. */
    run: (...args: Parameters<typeof event>): Promise<Error | undefined> => world.run(attachment.run(event(...args), world.clock())),
  };
}

export type Scene = ReturnType<typeof scene>;

export async function messageOf(outcome: Promise<Error | undefined>): Promise<string> {
  return (await outcome)?.message ?? 'no error';
}
