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

/** The app that a configuration is for, where it is known. */
export function appTypeOf(config: sagemaker.IAppImageConfigRef): StudioAppType | undefined {
  if (!sagemaker.CfnAppImageConfig.isCfnAppImageConfig(config)) {
    return (config as KnownAppImageConfig).appType;
  }
  const { jupyterLabAppImageConfig, codeEditorAppImageConfig, kernelGatewayImageConfig } = config;
  return jupyterLabAppImageConfig ? StudioAppType.JUPYTER_LAB
    : codeEditorAppImageConfig ? StudioAppType.CODE_EDITOR
      : kernelGatewayImageConfig ? StudioAppType.KERNEL_GATEWAY : undefined;
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
