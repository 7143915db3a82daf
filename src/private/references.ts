import {
  CfnElement, CfnResource, DefaultTokenResolver, Intrinsic, IPostProcessor, IResolvable, IResolveContext, Reference, Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isToken } from './unknown';

/** A value in which each reference contains the path of its target, so that it is the same in all stacks that use it. */
export interface ResolvedReferences {
  readonly value: any;
  readonly targets: CfnElement[];
}

/** Resolves a value and returns the elements that it refers to. */
export function resolveReferences(value: any, scope: IConstruct): ResolvedReferences {
  const resolver = new ReferenceResolver();
  return { value: Tokenization.resolve(value, { scope, resolver }), targets: [...resolver.targets] };
}

/** Resolves a value without lazy parts, and returns undefined if there are any: the CDK caches the first value of most of those. */
export function resolveFinal(value: any, scope: IConstruct): any {
  const resolver = new FinalResolver();
  try {
    return Tokenization.resolve(value, { scope, resolver });
  } catch (error) {
    if (resolver.isLazy) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the resources that a resource refers to by `Ref` or `Fn::GetAtt`, including those of other templates. */
export function referencedResources(resource: CfnResource): CfnResource[] {
  const values = renderedValues(resource).filter(mayContainReferences);
  return resolveReferences(values, resource).targets.filter(CfnResource.isCfnResource);
}

/** Returns the values that a resource renders, which can contain references. */
function renderedValues(resource: CfnResource): unknown[] {
  // The types of aws-cdk-lib do not contain these two members. Rendering the template of the resource takes several times as
  // long.
  const { cfnProperties, rawOverrides } = resource as unknown as { cfnProperties: object; rawOverrides: object };
  return [...Object.values(cfnProperties), rawOverrides, resource.cfnOptions.metadata];
}

function mayContainReferences(value: unknown): boolean {
  return typeof value === 'object' || isToken(value);
}

class ReferenceResolver extends DefaultTokenResolver {
  public readonly targets = new Set<CfnElement>();

  constructor() {
    // The two parts are joined only if both are strings, so that objects keep their content.
    super({ join: (left, right) => typeof left === 'string' && typeof right === 'string' ? left + right : { 'Fn::Join': ['', [left, right]] } });
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (Reference.isReference(token) && CfnElement.isCfnElement(token.target)) {
      this.targets.add(token.target);
      return { Ref: `${token.target.node.path}.${token.displayName}` };
    }
    return super.resolveToken(token, context, postProcessor);
  }
}

class FinalResolver extends ReferenceResolver {
  public isLazy = false;

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    // References and functions of CloudFormation are intrinsics, except `Fn::Join`.
    if (!(token instanceof Intrinsic) && (token as Partial<Intrinsic>).toJSON?.() !== '<Fn::Join>') {
      this.isLazy = true;
      throw new Error('lazy');
    }
    return super.resolveToken(token, context, postProcessor);
  }
}
