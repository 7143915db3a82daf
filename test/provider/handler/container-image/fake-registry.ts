import { serviceError } from '../world';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const DIGESTS = { a: `sha256:${'a'.repeat(64)}`, b: `sha256:${'b'.repeat(64)}`, config: `sha256:${'c'.repeat(64)}` };
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/torch`;
const OCI = 'application/vnd.oci.image';

/** A container image in the registry. */
export interface FakeImage {
  readonly digest: string;
  readonly bytes?: number;
  readonly status?: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';
  readonly manifest?: object;
}

export const single = (mediaType = `${OCI}.config.v1+json`) => ({ config: { mediaType, digest: DIGESTS.config }, layers: [] });
export const list = (...platforms: string[]) => ({
  manifests: [
    ...platforms.map((platform) => {
      const [os, architecture, variant] = platform.split('/');
      return { mediaType: `${OCI}.manifest.v1+json`, platform: { os, architecture, ...variant && { variant } } };
    }),
    { mediaType: `${OCI}.manifest.v1+json`, platform: { os: 'unknown', architecture: 'unknown' }, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
  ],
});

/** ECR and IAM in memory, behind the interface of the SDK. Operations fail as often as `failures` says. */
export class FakeRegistry {
  public readonly repositories: { [name: string]: { [tag: string]: FakeImage } } = { torch: { main: { digest: DIGESTS.a } } };
  public readonly failures: { [operation: string]: Error[] | Error | undefined } = {};
  public readonly calls: string[] = [];
  /** The answer of ECR without a filter: only active images, as the API reference says, or all, as the user guide says. */
  public describesArchived = false;
  public decisions: { [action: string]: 'allowed' | 'implicitDeny' | 'explicitDeny' } = {};
  public missingKeys: { readonly ofAction?: string[]; readonly ofResource?: string[] } = {};
  public hasRepositoryPolicy = false;
  /** The configuration behind the URL. */
  public config: object = { os: 'linux', architecture: 'amd64' };

  public readonly send = async (service: string, operation: string, input: any): Promise<any> => {
    this.calls.push(operation);
    const failures = this.failures[operation];
    const failure = Array.isArray(failures) ? failures.shift() : failures;
    if (failure) {
      throw failure;
    }
    return (this as any)[operation](input, service);
  };

  private find({ registryId, repositoryName, imageIds: [{ imageTag, imageDigest }] }: any): FakeImage | undefined {
    const repository = registryId === ACCOUNT ? this.repositories[repositoryName] : undefined;
    if (!repository) {
      throw serviceError('RepositoryNotFoundException');
    }
    return imageTag ? repository[imageTag] : Object.values(repository).find(({ digest }) => digest === imageDigest);
  }

  protected DescribeImages(input: any): object {
    const image = this.find(input);
    const { status = 'ACTIVE' } = image ?? {};
    const wanted = input.filter?.imageStatus ?? (this.describesArchived ? status : 'ACTIVE');
    if (!image || wanted !== status) {
      throw serviceError('ImageNotFoundException');
    }
    return { imageDetails: [{ imageDigest: image.digest, imageSizeInBytes: image.bytes ?? 1_000, imageStatus: status }] };
  }

  protected BatchGetImage(input: any): object {
    const image = this.find(input);
    return image && (image.status ?? 'ACTIVE') === 'ACTIVE'
      ? { images: [{ imageManifest: JSON.stringify(image.manifest ?? single()) }], failures: [] }
      : { images: [], failures: [{ failureCode: 'ImageNotFound' }] };
  }

  protected GetDownloadUrlForLayer({ layerDigest }: any): object {
    return { downloadUrl: `https://layers.example/${layerDigest}`, layerDigest };
  }

  protected GetRepositoryPolicy(): object {
    if (!this.hasRepositoryPolicy) {
      throw serviceError('RepositoryPolicyNotFoundException');
    }
    return { policyText: '{}' };
  }

  protected SimulatePrincipalPolicy({ ActionNames, ResourceArns }: any): object {
    return {
      EvaluationResults: ActionNames.map((action: string) => ({
        EvalActionName: action,
        EvalDecision: this.decisions[action] ?? 'allowed',
        MissingContextValues: this.missingKeys.ofAction,
        ResourceSpecificResults: ResourceArns.map((arn: string) => ({
          EvalResourceName: arn, MissingContextValues: this.missingKeys.ofResource ?? [],
        })),
      })),
    };
  }
}
