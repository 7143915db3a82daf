import type { Handler, Request, Resource, Response } from './stack';
import type { Clock } from '../../../../src/provider/handler/lifecycle/clock';
import { handle } from '../../../../src/provider/handler/lifecycle/handle';
import type { Kind } from '../../../../src/provider/handler/lifecycle/kind';
import type { CfnResponse } from '../../../../src/provider/handler/lifecycle/respond';
import type { Service } from '../../../../src/provider/handler/service/client';
import type { Json } from '../../../../src/provider/handler/service/json';
import { event } from '../event';
import type { FakeProcess, FakeSageMaker } from '../fake-sagemaker';
import type { World } from '../world';

const MINUTE = 60_000;
/** How long Lambda waits before it runs an event again. */
const WAITS = [MINUTE, 2 * MINUTE];
const SERVICE_TIMEOUT = 25 * MINUTE;
const START = Date.UTC(2026, 0, 1);

/** The responses to CloudFormation, by the id of the request. The tests replace `respond` by a function that fills it. */
export const responses = new Map<string, CfnResponse>();

let requests = 0;

/** Returns a handler that calls the function as Lambda does, and SageMaker for the types of CloudFormation itself. */
export function handlerOn(world: World, fake: FakeSageMaker, kindsFor: (service: Pick<Service, 'send'>) => Readonly<Record<string, Kind>>): Handler {
  return (resource, request) => resource.type === 'AWS::SageMaker::ImageVersion' ? version(world, fake, resource, request)
    : resource.type === 'Broken' ? Promise.resolve({ ok: request.type === 'Delete', physicalId: 'broken', attributes: {}, reason: 'broken' })
      : custom(world, fake, kindsFor, resource, request);
}

/** Sends an event to the function, and runs it again if it fails, up to twice. */
async function custom(world: World, fake: FakeSageMaker, kindsFor: (service: Pick<Service, 'send'>) => Readonly<Record<string, Kind>>, resource: Resource, request: Request): Promise<Response> {
  const id = `request-${++requests}`;
  const sent = world.now();
  const date = new Date(START + sent).toISOString().replace(/[-:]|\.\d+/g, '');
  const one = event(request.type, asStrings({ ...request.properties, ServiceTimeout: SERVICE_TIMEOUT / 1_000 }) as Json, {
    RequestId: id,
    ResourceType: resource.type,
    LogicalResourceId: resource.id,
    ResponseURL: `https://bucket.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=7200`,
    ...'physicalId' in request && { PhysicalResourceId: request.physicalId },
    ...'former' in request && { OldResourceProperties: asStrings(request.former) as Json },
  });
  await untilDone(world, fake, (process, clock) => handle(one, kindsFor(process), clock, START + world.now()));
  const response = world.now() - sent <= SERVICE_TIMEOUT ? responses.get(id) : undefined;
  responses.delete(id);
  const former = 'physicalId' in request ? request.physicalId : `made-up-${id}`;
  return response ? { ok: response.Status === 'SUCCESS', physicalId: response.PhysicalResourceId, attributes: response.Data ?? {}, reason: response.Reason }
    : { ok: false, physicalId: former, attributes: {}, reason: 'no response' };
}

/** Runs work as Lambda does: again if it fails, up to twice. Returns whether it succeeded. */
export async function untilDone(world: World, fake: FakeSageMaker, run: (process: FakeProcess, clock: Clock) => Promise<void>): Promise<boolean> {
  for (const wait of [...WAITS, 0]) {
    const process = fake.process();
    const clock = { ...world.clock(15), deadline: world.now() + 15 * MINUTE };
    const work = run(process, clock).then(() => true, () => false);
    if (await process.run(work) === true) {
      return true;
    }
    await (wait > 0 && world.sleep(wait));
  }
  return false;
}

/** Creates or deletes a version as CloudFormation does, which repeats what SageMaker does not answer. */
async function version(world: World, fake: FakeSageMaker, { id }: Resource, request: Request): Promise<Response> {
  const { ImageName, BaseImage } = request.properties;
  const call = async (operation: string, input: Json): Promise<Json> => {
    for (let tries = 0; ; tries++) {
      try {
        return await fake.send(operation, input);
      } catch (error) {
        // Versions of pushes are made one after the other.
        if (tries > ((error as Error).name === 'ResourceInUse' ? 50 : 5) || (error as Error).name === 'ResourceNotFound' || (error as Error).name === 'ValidationException') {
          throw error;
        }
        await world.sleep(3_000);
      }
    }
  };
  try {
    if (request.type === 'Delete') {
      const Version = Number(request.physicalId.split('/').pop());
      await (Number.isNaN(Version) || call('DeleteImageVersion', { ImageName, Version }).catch(({ name }) => {
        expect(name).toBe('ResourceNotFound');
      }));
      return { ok: true, physicalId: request.physicalId, attributes: {} };
    }
    const { Aliases = [] } = request.properties as { Aliases?: string[] };
    if (request.type === 'Update') {
      const before = (request.former as { Aliases?: string[] }).Aliases ?? [];
      const [AliasesToAdd, AliasesToDelete] = [Aliases, before].map((some, at) => some.filter((one) => ![before, Aliases][at].includes(one)));
      const Version = Number(request.physicalId.split('/').pop());
      await call('UpdateImageVersion', { ImageName, Version, AliasesToAdd, AliasesToDelete }).catch((error) => {
        // The rollback of an update that changed nothing.
        if (error.name !== 'ResourceNotFound') {
          throw error;
        }
      });
      return { ok: true, physicalId: request.physicalId, attributes: { Version } };
    }
    const { ImageVersionArn: arn } = await call('CreateImageVersion', { ImageName, BaseImage, Aliases, ClientToken: `${id}-${++requests}` });
    const Version = Number(String(arn).split('/').pop());
    for (;;) {
      const found = await call('DescribeImageVersion', { ImageName, Version });
      if (found.ImageVersionStatus !== 'CREATING') {
        return { ok: found.ImageVersionStatus === 'CREATED', physicalId: String(arn), attributes: { Version, ImageVersionArn: arn, ImageArn: found.ImageArn }, reason: 'failed to create' };
      }
      await world.sleep(2_000);
    }
  } catch (error) {
    return { ok: false, physicalId: 'physicalId' in request ? request.physicalId : 'none', attributes: {}, reason: String(error) };
  }
}

/** CloudFormation sends numbers and booleans as strings. */
function asStrings(value: unknown): unknown {
  return Array.isArray(value) ? value.map(asStrings)
    : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asStrings(one)]))
      : value === undefined ? undefined : String(value);
}
