import type { Problems } from '../private/problems';
import { checkAlias, checkNumber } from './private/validate-image-version-lookup';
import type { ImageVersionLookupProperties } from '../provider/kinds/image-version-lookup';

/**
 * Selects one version of an image.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 * @example
 * new ImageVersionLookup(this, 'Stable', { image, version: ImageVersionSelector.alias('stable') });
 */
export class ImageVersionSelector {
  /**
   * Selects the version with the highest number.
   *
   * @returns a value for `version`
   */
  public static latest(): ImageVersionSelector {
    return new ImageVersionSelector({}, '*', () => undefined);
  }

  /**
   * Selects the version with an alias.
   *
   * Throws when a look-up uses the selector, if the alias is known and is not valid.
   *
   * @param alias the alias, 1 to 128 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`
   * @returns a value for `version`
   */
  public static alias(alias: string): ImageVersionSelector {
    return new ImageVersionSelector({ Alias: alias }, '*', (problems) => checkAlias(problems, alias));
  }

  /**
   * Selects the version with a number.
   *
   * Throws when a look-up uses the selector, if the number is known and is not a whole number of 1 or more.
   *
   * @param version the number of the version, 1 or more
   * @returns a value for `version`
   */
  public static number(version: number): ImageVersionSelector {
    return new ImageVersionSelector({ Version: version }, version, (problems) => checkNumber(problems, version));
  }

  private constructor(
    /** @internal */
    public readonly _properties: Pick<ImageVersionLookupProperties, 'Alias' | 'Version'>,
    /**
     * The number for the permission to read the version, or `*` if it is unknown.
     * @internal
     */
    public readonly _number: number | '*',
    /** @internal */
    public readonly _check: (problems: Problems) => void,
  ) {}
}
