import { Arn, ArnFormat, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { lowerCase } from '../../image/private/image-facts';
import { StudioAppType } from '../studio-app';

/** What an L2 and an import know about a configuration, and another reference may not. */
interface KnownAppImageConfig {
  readonly appImageConfigName?: string;
  readonly appType?: StudioAppType;
}

/** The name of any configuration. */
export function nameOfAppImageConfig(config: sagemaker.IAppImageConfigRef): string {
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
 * The apps that a configuration says it is for: one, unless it is not known, or an L1 has several blocks.
 *
 * An L1 without a block is for RStudio, whose configurations are a name alone.
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

/** The blocks that an L1 has, those that were added by an override included. */
function rendered(config: sagemaker.CfnAppImageConfig): Set<string> {
  // aws-cdk-lib does not show overrides in its types.
  const { Properties: overrides = {} } = (config as unknown as { rawOverrides: { Properties?: object } }).rawOverrides;
  const given = (Object.keys(BLOCKS) as (keyof typeof BLOCKS)[]).filter((block) => config[block]);
  return new Set([...given, ...Object.keys(overrides).map((name) => name.charAt(0).toLowerCase() + name.slice(1))]);
}

/**
 * The ARN of a configuration, put together from its name.
 *
 * Unlike `Fn::GetAtt` it makes no dependency on the resource, and it can be used from other accounts and Regions.
 */
export function arnOfAppImageConfig(config: sagemaker.IAppImageConfigRef): string {
  const name = lowerCase(nameOfAppImageConfig(config));
  return Stack.of(config).formatArn({ service: 'sagemaker', ...config.env, resource: 'app-image-config', resourceName: name });
}
