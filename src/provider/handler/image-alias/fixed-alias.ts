import type { ImageAliasTarget } from './properties';
import { isMap } from '../service/json';

/**
 * Whether a template gives an alias to a version of the image itself, in `Alias` or `Aliases`.
 *
 * What is known only during deployment may be this alias, or this image.
 */
export function hasFixedAlias(template: unknown, { imageName, alias }: ImageAliasTarget): boolean {
  const resources = isMap(template) && isMap(template.Resources) ? template.Resources : {};
  return Object.values(resources).some((resource) => {
    if (!isMap(resource) || resource.Type !== 'AWS::SageMaker::ImageVersion' || !isMap(resource.Properties)) {
      return false;
    }
    const { ImageName, Alias, Aliases } = resource.Properties;
    return mayBe(ImageName, (name) => name.toLowerCase() === imageName.toLowerCase())
      && [Alias, Aliases].flat().some((one) => mayBe(one, (name) => name === alias));
  });
}

/** Whether a value is a string that matches, or an intrinsic function, except for `AWS::NoValue`. */
function mayBe(value: unknown, matches: (text: string) => boolean): boolean {
  return typeof value === 'string' ? matches(value) : isMap(value) && value.Ref !== 'AWS::NoValue';
}
