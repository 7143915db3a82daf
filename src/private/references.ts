import {
  CfnElement, CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A value in which each reference names its target, so that it reads the same in every stack that uses it. */
export interface ResolvedReferences {
  readonly value: any;
  readonly targets: CfnElement[];
}

/** Resolves a value and finds the elements that it refers to. */
export function resolveReferences(value: any, scope: IConstruct): ResolvedReferences {
  const resolver = new ReferenceResolver();
  return { value: Tokenization.resolve(value, { scope, resolver }), targets: resolver.targets };
}

/** The resources that a resource names by `Ref` or `Fn::GetAtt`, those of other templates included. */
export function referencedResources(resource: CfnResource): CfnResource[] {
  // The one way to see overrides, metadata and the properties of every type; aws-cdk-lib does not show it in its types.
  const template = (resource as unknown as { _toCloudFormation(): object })._toCloudFormation();
  return resolveReferences(template, resource).targets.filter(CfnResource.isCfnResource);
}

class ReferenceResolver extends DefaultTokenResolver {
  public readonly targets: CfnElement[] = [];

  constructor() {
    super({ join: (left, right) => typeof left === 'string' && typeof right === 'string' ? left + right : { 'Fn::Join': ['', [left, right]] } });
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token) && CfnElement.isCfnElement(token.target)) {
      this.targets.push(token.target);
      return { Ref: `${token.target.node.path}.${token.displayName}` };
    }
    return super.resolveToken(token, context, postProcessor);
  }
}
