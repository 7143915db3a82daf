import {
  CfnElement, CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Token, Tokenization,
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
  return { value: Tokenization.resolve(value, { scope, resolver }), targets: [...resolver.targets] };
}

/** The resources that a resource names by `Ref` or `Fn::GetAtt`, those of other templates included. */
export function referencedResources(resource: CfnResource): CfnResource[] {
  const values = whatIsRendered(resource).filter((value) => typeof value === 'object' || Token.isUnresolved(value));
  return resolveReferences(values, resource).targets.filter(CfnResource.isCfnResource);
}

/** What a resource puts into its template and may contain references. */
function whatIsRendered(resource: CfnResource): unknown[] {
  // aws-cdk-lib does not show these two in its types. Rendering the template of the resource would say the same, for
  // several times the price.
  const { cfnProperties, rawOverrides } = resource as unknown as { cfnProperties: object; rawOverrides: object };
  return [...Object.values(cfnProperties), rawOverrides, resource.cfnOptions.metadata];
}

class ReferenceResolver extends DefaultTokenResolver {
  public readonly targets = new Set<CfnElement>();

  constructor() {
    // The two parts stay apart unless both are plain text: what the value says must not get lost.
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
