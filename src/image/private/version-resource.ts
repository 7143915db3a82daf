import { aws_sagemaker as sagemaker, CfnDeletionPolicy, Reference, RemovalPolicy, RemovalPolicyOptions, ResolutionTypeHint } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The CloudFormation resource of a version, which is kept when it is replaced, and knows whether something may refer to it. */
export class VersionResource extends sagemaker.CfnImageVersion {
  /** Whether anybody asked for an attribute: without one, there is nothing to refer to it with. */
  public isReferenced = false;

  constructor(scope: Construct, id: string, props: sagemaker.CfnImageVersionProps) {
    super(scope, id, props);
    this.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  }

  /** Also when an aspect gives one policy to all resources: what is replaced here is still in use elsewhere. */
  public applyRemovalPolicy(policy?: RemovalPolicy, options?: RemovalPolicyOptions): void {
    super.applyRemovalPolicy(policy, { ...options, applyToUpdateReplacePolicy: false });
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
