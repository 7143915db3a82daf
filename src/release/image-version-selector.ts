import type { Problems } from '../private/problems';
import { checkAlias, checkAliasRange, checkNumber } from './private/validate-image-version-lookup';
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
   * Selects the version with the highest alias in a range of semantic versions.
   *
   * For example, `^2.4` is 2.4.0 or later, but before 3.0.0. The syntax is that of npm: `^2.4`, `~2.4.1`, `2.x`, `>=2.4 <3`,
   * `2.1 - 2.4` and `2.4 || 3.1`. A prerelease such as `2.5.0-rc.1` is selected only if the range names a prerelease of the same
   * version, as in `>=2.5.0-rc.0`.
   *
   * Aliases are compared if they are semantic versions without a prefix, such as `2.4.1`. Shorter ones count too, and their missing
   * parts as 0: `2.4` is 2.4.0. But if the image also has the alias `2.4.1`, then `2.4` is a label that moves, and is not compared.
   * All other aliases are ignored. So are versions with another status than `CREATED`, but the look-up waits for a version that is
   * being created.
   *
   * Throws when a look-up uses the selector, if the range is known and is not valid.
   *
   * @param aliases the range, 1 to 256 characters
   * @returns a value for `version`
   * @see https://github.com/npm/node-semver#ranges
   */
  public static aliasRange(aliases: string): ImageVersionSelector {
    return new ImageVersionSelector({ AliasRange: aliases }, '*', (problems) => checkAliasRange(problems, aliases));
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
    public readonly _properties: Pick<ImageVersionLookupProperties, 'Alias' | 'AliasRange' | 'Version'>,
    /**
     * The number for the permission to read the version, or `*` if it is unknown.
     * @internal
     */
    public readonly _number: number | '*',
    /** @internal */
    public readonly _check: (problems: Problems) => void,
  ) {}
}
