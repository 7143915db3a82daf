import { aws_sagemaker as sagemaker, Reference, ResolutionTypeHint } from 'aws-cdk-lib';

/** The CloudFormation resource of a version, which knows whether something may refer to it. */
export class VersionResource extends sagemaker.CfnImageVersion {
  /** Whether anybody asked for an attribute: without one, there is nothing to refer to it with. */
  public isReferenced = false;

  public get ref(): string {
    this.isReferenced = true;
    return super.ref;
  }

  public getAtt(attributeName: string, typeHint?: ResolutionTypeHint): Reference {
    this.isReferenced = true;
    return super.getAtt(attributeName, typeHint);
  }
}
