import { Arn, ArnFormat, aws_sagemaker as sagemaker } from 'aws-cdk-lib';
import { arnsOf } from '../../image/private/image-facts';
import { nameOfL1 } from '../../private/late-names';
import { StudioAppType } from '../studio-app';

/** Members of an L2 or an import that another reference may not have. */
interface KnownAppImageConfig {
  readonly appImageConfigName?: string;
  readonly appType?: StudioAppType;
}

/** Returns the name of any configuration. */
export function nameOfAppImageConfig(config: sagemaker.IAppImageConfigRef): string {
  if (sagemaker.CfnAppImageConfig.isCfnAppImageConfig(config)) {
    return nameOfL1(config, 'AppImageConfigName', 'set appImageConfigName before the configuration is used');
  }
  const { appImageConfigName, appImageConfigArn } = config.appImageConfigRef;
  return (config as KnownAppImageConfig).appImageConfigName
    ?? appImageConfigName ?? Arn.split(appImageConfigArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}

const BLOCKS = {
  jupyterLabAppImageConfig: StudioAppType.JUPYTER_LAB,
  codeEditorAppImageConfig: StudioAppType.CODE_EDITOR,
  kernelGatewayImageConfig: StudioAppType.KERNEL_GATEWAY,
};

/**
 * Returns the kinds of app that a configuration is for: one, unless it is unknown, or an L1 has several blocks.
 *
 * An L1 without a block is for RStudio, whose configurations have nothing but a name.
 */
export function appTypesOf(config: sagemaker.IAppImageConfigRef): StudioAppType[] {
  if (!sagemaker.CfnAppImageConfig.isCfnAppImageConfig(config)) {
    const { appType } = config as KnownAppImageConfig;
    return appType ? [appType] : [];
  }
  const properties = rendered(config);
  const appTypes = Object.entries(BLOCKS).filter(([block]) => properties.has(block)).map(([, appType]) => appType);
  return appTypes.length > 0 ? appTypes : [StudioAppType.R_SESSION];
}

/** Returns the blocks of an L1, including those that were added by an override. */
function rendered(config: sagemaker.CfnAppImageConfig): Set<string> {
  // The types of aws-cdk-lib do not contain overrides.
  const { Properties: overrides = {} } = (config as unknown as { rawOverrides: { Properties?: object } }).rawOverrides;
  const given = (Object.keys(BLOCKS) as (keyof typeof BLOCKS)[]).filter((block) => config[block]);
  return new Set([...given, ...Object.keys(overrides).map((name) => name.charAt(0).toLowerCase() + name.slice(1))]);
}

/**
 * Formats the ARNs of a configuration from its name, for policies: one for each spelling.
 *
 * Unlike `Fn::GetAtt`, they create no dependency on the resource, and they can be used in other accounts and Regions.
 */
export function arnsOfAppImageConfig(config: sagemaker.IAppImageConfigRef): string[] {
  return arnsOf(config, nameOfAppImageConfig(config), (name) => ['app-image-config', name]);
}
