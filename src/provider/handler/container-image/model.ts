/** A container image in ECR. */
export interface ContainerImage {
  /** The URI as it was given. */
  readonly uri: string;
  /** The URI without tag and digest. */
  readonly repositoryUri: string;
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly id: { readonly imageDigest: string } | { readonly imageTag: string };
}

/** What to do with a container image. */
export interface Wanted {
  readonly image: ContainerImage;
  readonly imageName: string;
  readonly followTag: boolean;
  readonly preflight?: { readonly platform: string; readonly roleArn?: string };
}

/** What ECR says about a container image, or what is missing. */
export type Found = 'no repository' | 'no image' | {
  readonly digest: string;
  readonly status?: string;
  readonly bytes?: number;
};

/** What a manifest says. */
export interface ManifestFacts {
  /** The platforms of a list of manifests, or of a single one. Empty if they are unknown. */
  readonly platforms: readonly string[];
  readonly isList: boolean;
  /** The media type of something that is not a container image. */
  readonly artifact?: string;
}

/** What the policies of a role allow. */
export interface RoleFacts {
  readonly denied: readonly string[];
  /** Whether the role does not exist. */
  readonly isMissing?: boolean;
  /** Why the answer may be wrong. */
  readonly doubt?: string;
}

/** What is known before the version is created. `undefined` is not known. */
export interface Facts {
  readonly region: string;
  readonly found?: Found;
  readonly manifest?: ManifestFacts;
  readonly role?: RoleFacts;
}
