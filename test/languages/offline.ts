import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { OfflineAws } from '../../emulator/offline-aws';
import { sageMaker } from '../../scripts/demo/quickstart';

/** An offline AWS, and a client for it. */
export interface Offline {
  readonly aws: OfflineAws;
  readonly client: SageMakerClient;
}

/** Returns a function that starts an offline AWS for all tests of a file when it is first called. */
export function useOfflineAws(): () => Promise<Offline> {
  let started: Promise<Offline> | undefined;

  afterAll(async () => {
    const offline = await started;
    offline?.client.destroy();
    await offline?.aws.stop();
  });

  return () => started ??= OfflineAws.start({ log: () => undefined }).then((aws) => ({ aws, client: sageMaker(aws) }));
}
