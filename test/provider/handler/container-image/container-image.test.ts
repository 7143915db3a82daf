import { ACCOUNT, DIGESTS, FakeImage, FakeRegistry, list, REGION, REGISTRY, ROLE, single } from './fake-registry';
import { ContainerImages } from '../../../../src/provider/handler/container-image';
import { Registry } from '../../../../src/provider/handler/container-image/registry';
import type { CustomResourceEvent } from '../../../../src/provider/handler/lifecycle/event';
import { event } from '../event';
import { noResponse, serviceError, World } from '../world';

let fake: FakeRegistry;
let world: World;
let images: ContainerImages;
const environment = { ...process.env };

jest.mock('../../../../src/provider/handler/service/download', () => ({
  downloadJson: async (url: string) => {
    fake.calls.push(url);
    return fake.config;
  },
}));

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  process.env.AWS_REGION = REGION;
  fake = new FakeRegistry();
  world = new World();
  images = new ContainerImages(new Registry(fake));
});

afterEach(() => {
  process.env = { ...environment };
});

const PREFLIGHT = { Platform: 'linux/amd64', RoleArn: ROLE };
const FOLLOW = { FollowTag: 'true', Refresh: '1' };
const properties = (more: object) => ({ ImageUri: `${REGISTRY}/torch:main`, ImageName: 'torch', ...more });

/** Runs an event, and returns the attributes, or the error. */
async function run(more: object, type: CustomResourceEvent['RequestType'] = 'Create', other: Partial<CustomResourceEvent> = {}) {
  const [outcome] = await world.settle(images.run(event(type, properties(more), other), world.clock()));
  return outcome.status === 'fulfilled' ? outcome.value : outcome.reason as Error;
}

const messageOf = async (more: object = { Preflight: PREFLIGHT }) => ((await run(more)) as Error).message;
/** What the log says about the check. */
const logged = () => jest.mocked(console.log).mock.calls.map(([line]) => JSON.parse(line)).filter(({ message }) => message === 'checked').at(-1);
const torch = (image: Partial<FakeImage>) => { fake.repositories.torch.main = { digest: DIGESTS.a, ...image }; };

describe('a tag that is followed', () => {
  test.each(['Create', 'Update'] as const)('is resolved to its digest by one call, on %s', async (type) => {
    expect(await run(FOLLOW, type)).toEqual({ ImageUri: `${REGISTRY}/torch@${DIGESTS.a}` });
    expect(fake.calls).toEqual(['DescribeImages']);
  });

  test('of a URI without a tag is latest', async () => {
    fake.repositories.torch.latest = { digest: DIGESTS.b };
    expect(await run({ ...FOLLOW, ImageUri: `${REGISTRY}/torch` })).toEqual({ ImageUri: `${REGISTRY}/torch@${DIGESTS.b}` });
  });

  test.each(['111111111111.dkr-ecr.eu-west-1.on.aws', '111111111111.dkr.ecr-fips.eu-west-1.amazonaws.com'])('keeps the registry %s', async (registry) => {
    expect(await run({ ...FOLLOW, ImageUri: `${registry}/torch:main` })).toEqual({ ImageUri: `${registry}/torch@${DIGESTS.a}` });
  });

  test('is waited for while ECR is busy, and while IAM does not know a new permission', async () => {
    fake.failures.DescribeImages = [serviceError('ThrottlingException'), noResponse(), serviceError('AccessDeniedException'), serviceError('AccessDeniedException')];
    expect(await run(FOLLOW)).toEqual({ ImageUri: `${REGISTRY}/torch@${DIGESTS.a}` });
  });

  test('fails the deployment if the permission is missing, after a minute and a half', async () => {
    fake.failures.DescribeImages = serviceError('AccessDeniedException', 'not authorized to perform: ecr:DescribeImages');
    expect(await messageOf(FOLLOW)).toBe("looking up container image 'torch' with tag 'main' for SageMaker image 'torch' failed: "
      + 'AccessDeniedException: not authorized to perform: ecr:DescribeImages; nothing was changed; grant this action to the role of the Lambda function and deploy again');
    expect(world.now()).toBeGreaterThanOrEqual(90_000);
  });

  test('fails the deployment for an error of another kind at once', async () => {
    fake.failures.DescribeImages = serviceError('InvalidParameterException', 'bad');
    expect(await messageOf(FOLLOW)).toContain('failed: InvalidParameterException: bad; nothing was changed; fix the cause');
    expect(world.now()).toBe(0);
  });

  test.each<[string, () => void, RegExp]>([
    ['does not exist', () => { delete fake.repositories.torch.main; }, /failed: repository 'torch' has no container image with tag 'main'; nothing was changed; push it, or use another one, and deploy again$/],
    ['is archived', () => torch({ status: 'ARCHIVED' }), /failed: it is archived in ECR; nothing was changed; restore it/],
  ])('fails the deployment if it %s, even without preflight', async (_, arrange, message) => {
    arrange();
    expect(await messageOf(FOLLOW)).toMatch(message);
  });
});

describe('an update', () => {
  const id = (type: CustomResourceEvent['RequestType'], more: object, attributes?: any, other: Partial<CustomResourceEvent> = {}) =>
    images.physicalId(event(type, properties(more), other), attributes);
  const refresh = (Refresh: string) => ({ ...FOLLOW, Refresh });

  /** Deploys a template after another one, and returns the attributes and the physical id. */
  async function deploy(more: object, PhysicalResourceId?: string) {
    const [type, other] = PhysicalResourceId === undefined ? ['Create' as const, {}] : ['Update' as const, { PhysicalResourceId }];
    const attributes = await run(more, type, other) as any;
    return { attributes, id: attributes instanceof Error ? PhysicalResourceId : id(type, more, attributes, other) };
  }

  const uri = (digest: string) => ({ ImageUri: `${REGISTRY}/torch@${digest}` });

  test('finds the tag that has moved', async () => {
    const first = await deploy(refresh('1'));
    torch({ digest: DIGESTS.b });
    expect((await deploy(refresh('2'), first.id)).attributes).toEqual(uri(DIGESTS.b));
  });

  test('that is rolled back answers with the digest of the former deployment, without calls, although the tag has moved', async () => {
    const first = await deploy(refresh('1'));
    torch({ digest: DIGESTS.b });
    const second = await deploy(refresh('2'), first.id);
    torch({ digest: DIGESTS.config });
    fake.calls.length = 0;
    const back = await deploy(refresh('1'), second.id);
    expect(back.attributes).toEqual(uri(DIGESTS.a));
    expect(fake.calls).toEqual([]);
    // The next deployment looks again, and its rollback answers with the same again.
    const third = await deploy(refresh('3'), back.id);
    expect(third.attributes).toEqual(uri(DIGESTS.config));
    expect((await deploy(refresh('1'), third.id)).attributes).toEqual(uri(DIGESTS.a));
  });

  test('that fails itself is rolled back without calls', async () => {
    const first = await deploy(refresh('1'));
    delete fake.repositories.torch.main;
    const failed = await deploy(refresh('2'), first.id);
    expect(failed.attributes).toBeInstanceOf(Error);
    fake.calls.length = 0;
    expect((await deploy(refresh('1'), failed.id)).attributes).toEqual(uri(DIGESTS.a));
    expect(fake.calls).toEqual([]);
  });

  test('that is rolled back does not check the former container image again', async () => {
    const former = { Preflight: PREFLIGHT, ImageUri: `${REGISTRY}/torch:main` };
    const first = await deploy(former);
    fake.repositories.torch = {};
    const failed = await deploy({ ...former, ImageUri: `${REGISTRY}/torch:other` }, first.id);
    expect(failed.attributes).toBeInstanceOf(Error);
    expect((await deploy(former, failed.id)).attributes).toEqual({ ImageUri: former.ImageUri });
  });

  test('with a new function only, or with the properties in another order, makes no calls', async () => {
    const { id: PhysicalResourceId } = await deploy({ ...FOLLOW, Preflight: PREFLIGHT });
    fake.calls.length = 0;
    const { RoleArn, Platform } = PREFLIGHT;
    expect(await run({ ServiceToken: 'arn:aws:lambda:other', ServiceTimeout: '1', Preflight: { RoleArn, Platform }, ...FOLLOW }, 'Update', { PhysicalResourceId })).toEqual(uri(DIGESTS.a));
    expect(fake.calls).toEqual([]);
  });

  test.each<[string, object]>([
    ['refresh', refresh('2')], ['the tag', { ...refresh('1'), ImageUri: `${REGISTRY}/torch:main2` }], ['a check', { ...refresh('1'), Preflight: PREFLIGHT }],
  ])('of %s looks again', async (_, more) => {
    fake.repositories.torch.main2 = { digest: DIGESTS.b };
    const { id: PhysicalResourceId } = await deploy(refresh('1'));
    fake.calls.length = 0;
    await run(more, 'Update', { PhysicalResourceId });
    expect(fake.calls).toContain('DescribeImages');
  });

  test('keeps a physical id that CloudFormation accepts, however often it is deployed, with the longest names', async () => {
    const tag = 't'.repeat(128);
    fake.repositories['r'.repeat(256)] = { [tag]: { digest: DIGESTS.a } };
    let last: string | undefined;
    for (let deployment = 0; deployment < 5; deployment++) {
      const { id: next } = await deploy({ ...refresh(`${deployment}`), ImageUri: `${REGISTRY}/${'r'.repeat(256)}:${tag}` }, last);
      expect(next).not.toBe(last);
      expect(`${next} (not created)`.length).toBeLessThanOrEqual(1024);
      last = next;
    }
  });

  test('has a physical id even if it fails', () => {
    expect(id('Create', refresh('1'))).toMatch(new RegExp(`^${REGISTRY}/torch:main [0-9a-f]{16}=$`));
  });
});

test('a deletion makes no calls, even if the properties are not valid', async () => {
  expect(await run({ ImageUri: 5 }, 'Delete')).toBeUndefined();
  expect(fake.calls).toEqual([]);
});

test.each([
  [{ ImageUri: 5 }, /ImageUri must be the URI of a container image in ECR, got 5/],
  [{ ImageUri: 'docker.io/torch:1' }, /ImageUri must be the URI of a container image in ECR, got "docker.io\/torch:1"/],
  [{ Preflight: {} }, /Preflight.Platform must be a string, got undefined/],
])('the properties %j are refused', async (more, message) => {
  expect(await messageOf(more)).toMatch(message);
  expect(fake.calls).toEqual([]);
});

describe('preflight', () => {
  test('accepts a container image by four calls to AWS and one download', async () => {
    expect(await run({ Preflight: PREFLIGHT })).toEqual({ ImageUri: `${REGISTRY}/torch:main` });
    expect([...fake.calls].sort()).toEqual(['BatchGetImage', 'DescribeImages', 'GetDownloadUrlForLayer', 'SimulatePrincipalPolicy', `https://layers.example/${DIGESTS.config}`]);
    expect(logged()).toEqual({
      message: 'checked', doing: "checking container image 'torch' with tag 'main' for SageMaker image 'torch'", problems: [], notChecked: [],
    });
    expect(world.now()).toBe(0);
  });

  test('accepts a digest, which it leaves as it is', async () => {
    const ImageUri = `${REGISTRY}/torch@${DIGESTS.a}`;
    expect(await run({ ImageUri, Preflight: PREFLIGHT })).toEqual({ ImageUri });
  });

  test('is done together with following a tag', async () => {
    expect(await run({ ...FOLLOW, Preflight: PREFLIGHT })).toEqual({ ImageUri: `${REGISTRY}/torch@${DIGESTS.a}` });
    torch({ bytes: 36 * 2 ** 30 });
    expect(await messageOf({ ...FOLLOW, Preflight: PREFLIGHT })).toContain('it has 36.0 GB');
  });

  test.each<[string, () => void, string]>([
    ['repository', () => { delete fake.repositories.torch; },
      `repository 'torch' does not exist in account ${ACCOUNT} and Region ${REGION}; nothing was changed; create it and push the container image, or use another one, and deploy again`],
    ['container image', () => { delete fake.repositories.torch.main; },
      "repository 'torch' has no container image with tag 'main'; nothing was changed; push it, or use another one, and deploy again"],
    ['size', () => torch({ bytes: 35.5 * 2 ** 30 }),
      'it has 35.5 GB, and SageMaker accepts at most 35 GB; nothing was changed; make it smaller, for example with a multi-stage build, and deploy again'],
    ['platform', () => { fake.config = { os: 'linux', architecture: 'arm64', variant: 'v8' }; },
      "it is built for linux/arm64/v8, not for linux/amd64; nothing was changed; build it with 'docker build --platform linux/amd64' and push it again, and deploy again"],
    ['platforms of a list', () => torch({ manifest: list('linux/arm64', 'windows/amd64') }), 'it is built for linux/arm64, windows/amd64, not for linux/amd64; nothing'],
    ['kind of artifact', () => torch({ manifest: single('application/vnd.cncf.helm.config.v1+json') }),
      'it is not a container image but an artifact of type application/vnd.cncf.helm.config.v1+json; nothing was changed; use a container image, and deploy again'],
    ['kind of manifest', () => torch({ manifest: { schemaVersion: 1, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws', fsLayers: [] } }),
      'it is not a container image but an artifact of type application/vnd.docker.distribution.manifest.v1+prettyjws; nothing was changed; use a container image, and deploy again'],
    ['kind of manifest, an OCI artifact', () => torch({ manifest: { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', artifactType: 'application/vnd.example', blobs: [] } }),
      'it is not a container image but an artifact of type application/vnd.example; nothing'],
    ['tag, which is that of a signature', () => torch({ manifest: { ...single(), layers: [{ mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }] } }),
      'it is not a container image but an artifact of type application/vnd.dev.cosign.simplesigning.v1+json; nothing'],
    ['list, which has no container image', () => torch({ manifest: { mediaType: 'application/vnd.oci.image.index.v1+json', ...list() } }),
      'it is not a container image but an artifact of type application/vnd.oci.image.index.v1+json; nothing'],
    ['list of signatures', () => torch({ manifest: { artifactType: 'application/vnd.signatures', manifests: [{ artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }] } }),
      'it is not a container image but an artifact of type application/vnd.signatures; nothing'],
    ['role, which does not exist', () => { fake.failures.SimulatePrincipalPolicy = serviceError('NoSuchEntityException', 'cannot be found'); },
      `the role of the image, ${ROLE}, does not exist; nothing was changed; create it, or give the image another role, and deploy again`],
    ['status', () => torch({ status: 'ACTIVATING' }), 'it is still being restored from the archive of ECR; nothing was changed; wait until its status is ACTIVE, and deploy again'],
    ['role', () => { fake.decisions = { 'ecr:BatchGetImage': 'explicitDeny', 'ecr:GetDownloadUrlForLayer': 'explicitDeny' }; },
      `the role of the image, ${ROLE}, may not call ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on repository 'torch'; nothing was changed; grant it these actions`],
    ['role, by omission', () => { fake.decisions = { 'ecr:BatchGetImage': 'implicitDeny' }; }, `the role of the image, ${ROLE}, may not call ecr:BatchGetImage on repository 'torch'; nothing`],
  ])('names a wrong %s and the remedy', async (_, arrange, message) => {
    arrange();
    if (fake.repositories.torch?.main?.status === 'ACTIVATING') {
      fake.describesArchived = true;
    }
    expect(await messageOf()).toContain(`checking container image 'torch' with tag 'main' for SageMaker image 'torch' failed: ${message}`);
  });

  test.each([false, true])('finds out that a container image is archived, whether ECR describes it without a filter: %s', async (describesArchived) => {
    fake.describesArchived = describesArchived;
    torch({ status: 'ARCHIVED' });
    expect(await messageOf()).toContain('failed: it is archived in ECR; nothing was changed; '
      + 'restore it (aws ecr update-image-storage-class --repository-name torch --image-id imageTag=main --target-storage-class STANDARD), and deploy again');
    expect(world.now()).toBe(0);
  });

  test('names everything that is wrong', async () => {
    torch({ bytes: 40 * 2 ** 30, manifest: list('linux/arm64') });
    fake.decisions = { 'ecr:BatchGetImage': 'explicitDeny' };
    expect(await messageOf()).toMatch(/failed: it has 40.0 GB.*, and it is built for linux\/arm64.*, and the role of the image.*; nothing was changed; make it smaller.*, and build it.*, and grant it/);
  });

  test('refuses another Region without calls', async () => {
    expect(await messageOf({ Preflight: PREFLIGHT, ImageUri: `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/torch:main` }))
      .toContain('it is in us-east-1, and SageMaker pulls from its own Region eu-west-1 only; nothing was changed; replicate the repository to eu-west-1, and deploy again');
    expect(fake.calls).toEqual([]);
  });

  test.each([
    ['linux/amd64', list('linux/arm64', 'linux/amd64')], ['linux/arm64', list('linux/arm64/v8')], ['linux/arm64', list('linux/arm64')],
  ])('accepts a list of manifests for %s, and logs that SageMaker may not', async (Platform, manifest) => {
    torch({ manifest });
    expect(await run({ Preflight: { ...PREFLIGHT, Platform } })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual(['whether SageMaker accepts a list of manifests']);
  });

  test.each(['docker.image.rootfs.diff.tar.gzip', 'docker.image.rootfs.foreign.diff.tar.gzip', 'oci.image.layer.v1.tar', 'oci.image.layer.v1.tar+zstd'])('accepts layers of type %s', async (type) => {
    torch({ manifest: { ...single(), layers: [{ mediaType: `application/vnd.${type}` }] } });
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual([]);
  });

  test('waits some seconds for a role that was just created', async () => {
    fake.failures.SimulatePrincipalPolicy = Array(3).fill(serviceError('NoSuchEntityException', 'cannot be found'));
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual([]);
    expect(world.now()).toBe(6_000);
  });

  test('takes 35 GB', async () => {
    torch({ bytes: 35 * 2 ** 30 });
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
  });

  test('does not simulate a role that is unknown', async () => {
    await run({ Preflight: { Platform: 'linux/amd64' } });
    expect(fake.calls).not.toContain('SimulatePrincipalPolicy');
  });
});

describe('what cannot be checked', () => {
  const denied = () => serviceError('AccessDeniedException', 'no');

  test.each<[string, string, Error, string]>([
    ['whether it exists', 'DescribeImages', denied(), 'whether it exists (AccessDeniedException: no)'],
    ['its manifest', 'BatchGetImage', denied(), 'its platform (AccessDeniedException: no)'],
    ['its configuration', 'GetDownloadUrlForLayer', serviceError('LayersNotFoundException', 'no layer'), 'its platform (LayersNotFoundException: no layer)'],
    ['the role', 'SimulatePrincipalPolicy', serviceError('AccessDenied', 'no'), 'whether the role may pull it (AccessDenied: no)'],
    ['anything in time', 'SimulatePrincipalPolicy', noResponse(), 'whether the role may pull it (TimeoutError: no complete response within 10 s)'],
  ])('does not fail the deployment, but is logged: %s', async (_, operation, error, why) => {
    fake.failures[operation] = error;
    expect(await run({ Preflight: PREFLIGHT })).toEqual({ ImageUri: `${REGISTRY}/torch:main` });
    expect(logged().notChecked).toEqual([why]);
    // Far less than the time that a new permission may need.
    expect(world.now()).toBeLessThan(12_000);
  });

  test('is a platform that the container image does not give', async () => {
    fake.config = { architecture: '', os: '' };
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual(['its platform, which is not given']);
  });

  test('is what a VPC does not reach, which is called once', async () => {
    fake.failures.SimulatePrincipalPolicy = noResponse();
    const { send } = fake;
    const sdk = {
      send: async (...args: Parameters<typeof send>) => {
        if (args[1] === 'SimulatePrincipalPolicy') {
          await world.sleep(10_000);
        }
        return send(...args);
      },
    };
    images = new ContainerImages(new Registry(sdk));
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(fake.calls.filter((call) => call === 'SimulatePrincipalPolicy')).toHaveLength(1);
    expect(world.now()).toBe(10_000);
  });

  test('is nothing if a new permission needs some seconds', async () => {
    fake.failures.DescribeImages = [denied(), denied()];
    fake.failures.SimulatePrincipalPolicy = [denied(), denied(), denied()];
    await run({ Preflight: PREFLIGHT });
    expect(logged().notChecked).toEqual([]);
    expect(world.now()).toBeLessThan(10_000);
  });

  test('is nothing if a new policy of the role needs some seconds', async () => {
    let denials = 3;
    Object.defineProperty(fake, 'decisions', { get: () => denials-- > 0 ? { 'ecr:BatchGetImage': 'implicitDeny' } : {} });
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual([]);
  });

  test.each<[string, FakeRegistry['missingKeys']]>([['action', { ofAction: ['aws:SourceVpc'] }], ['resource', { ofAction: [], ofResource: ['aws:SourceVpc'] }]])(
    'is a role whose policies have conditions, which IAM lists for the %s', async (_, missing) => {
      fake.decisions = { 'ecr:BatchGetImage': 'implicitDeny' };
      fake.missingKeys = missing;
      expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
      expect(logged().notChecked).toEqual(['whether the role may call ecr:BatchGetImage: its policies have conditions on aws:SourceVpc']);
    });

  test('is a role whose policies have conditions, but allow the pull: nothing is in doubt', async () => {
    fake.missingKeys = { ofResource: ['aws:SourceVpc'] };
    await run({ Preflight: PREFLIGHT });
    expect(logged().notChecked).toEqual([]);
  });

  test('is a role that the policy of the repository may allow to pull', async () => {
    fake.decisions = { 'ecr:BatchGetImage': 'implicitDeny' };
    fake.hasRepositoryPolicy = true;
    expect(await run({ Preflight: PREFLIGHT })).not.toBeInstanceOf(Error);
    expect(logged().notChecked).toEqual(['whether the role may call ecr:BatchGetImage: the policy of the repository may allow it']);
  });

  test('is not an explicit denial, which the policy of the repository cannot change', async () => {
    fake.decisions = { 'ecr:BatchGetImage': 'explicitDeny' };
    fake.hasRepositoryPolicy = true;
    expect(await messageOf()).toContain('may not call ecr:BatchGetImage');
  });

  test('is not the role, if only ECR cannot be read', async () => {
    fake.failures.DescribeImages = denied();
    fake.decisions = { 'ecr:BatchGetImage': 'explicitDeny' };
    expect(await messageOf()).toContain('may not call ecr:BatchGetImage');
  });
});
