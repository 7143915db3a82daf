import type { aws_ecr_assets as assets } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { quote } from '../../private/problems';
import { isUnknown } from '../../private/unknown';
import { warn } from '../../private/warnings';

/** The part of an asset that has its options, which the types of aws-cdk-lib do not contain. */
interface Staging {
  readonly fingerprintOptions?: { readonly directory?: string; readonly platform?: assets.Platform };
}

/** Build tools take the architecture alone for that of Linux. */
const PLATFORM = /^(linux\/)?(amd64|x86_64)\b/;

/** Returns the platform that an asset is built for, if the app gives one. */
export function platformOf(asset: Construct): string | undefined {
  return optionsOf(asset)?.platform?.platform;
}

/** Warns of a container image that is built for another platform than linux/amd64, which Studio runs. */
export function warnOfPlatform(scope: Construct, asset: Construct): void {
  const options = optionsOf(asset);
  // The platform of a tarball is unknown.
  if (options?.directory === undefined) {
    return;
  }
  // Without an option, the build tool uses the variable, and otherwise the platform of the machine.
  const platform = options.platform?.platform ?? process.env.DOCKER_DEFAULT_PLATFORM;
  if (platform === undefined ? process.arch !== 'x64' : !isUnknown(platform) && !PLATFORM.test(platform)) {
    warn(scope, 'baseImagePlatform',
      `the container image is built for ${platform === undefined ? `the platform of this machine (${process.arch})` : quote(platform)}, `
      + 'but Studio runs linux/amd64: set the platform of the asset to Platform.LINUX_AMD64');
  }
}

function optionsOf(asset: Construct): Staging['fingerprintOptions'] {
  return (asset.node.tryFindChild('Staging') as Staging | undefined)?.fingerprintOptions;
}
