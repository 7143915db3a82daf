import { aws_sagemaker as sagemaker, CfnDeletionPolicy, Reference, RemovalPolicy, RemovalPolicyOptions, ResolutionTypeHint } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The number of versions declared so far. */
let declared = 0;

/** The CloudFormation resource of a version. It is kept when it is replaced, and tracks whether it is referenced. */
export class VersionResource extends sagemaker.CfnImageVersion {
  /** Whether an attribute was requested. Without one, nothing can refer to the resource. */
  public isReferenced = false;
  /** The position in the order of declaration, which the construct tree does not contain. */
  public readonly declaration = declared++;

  constructor(scope: Construct, id: string, props: sagemaker.CfnImageVersionProps) {
    super(scope, id, props);
    this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }

  /** Never applies to the replaced version, even if an aspect sets the policy of all resources: that version may still be in use. */
  public applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    super.applyRemovalPolicy(policy, { ...options, applyToUpdateReplacePolicy: false });
  }

  /** Computes the logical id once. aws-cdk-lib hashes the path of the resource again each time that something refers to it. */
  public fixLogicalId(): void {
    // After an export, the CDK allows no other id.
    if (!this.isReferenced) {
      this.overrideLogicalId(this.stack.resolve(this.logicalId));
    }
  }

  public get ref(): string {
    this.isReferenced = true;
    return super.ref;
  }

  public getAtt(attributeName: string, typeHint?: ResolutionTypeHint): Reference {
    this.isReferenced = true;
    return super.getAtt(attributeName, typeHint);
  }
}
