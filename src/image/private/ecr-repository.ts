import { Aws, aws_ecr as ecr, Fn, Token } from 'aws-cdk-lib';
import { formatArn } from '../../private/arn';
import { cfnResourceOf } from '../../private/dependencies';
import { hasWildcard, isToken } from '../../private/unknown';

/**
 * Formats the URI of a container image in a repository, as one `Fn::Sub`.
 *
 * The URI that `ecr.Repository` returns joins several tokens, which makes synth slower and templates larger.
 */
export function repositoryImageUri(repository: ecr.IRepositoryRef, tagOrDigest: string): string {
  const variables: Record<string, string> = {};
  const part = (name: string, value: string, pseudoParameter?: string): string => {
    if (value === pseudoParameter) {
      return `\${AWS::${name}}`;
    }
    if (!isToken(value)) {
      // `Fn::Sub` would replace it.
      return value.replaceAll('${', '${!');
    }
    variables[name] = value;
    return `\${${name}}`;
  };
  const { account, region } = repository.env;
  const registry = `${part('AccountId', account, Aws.ACCOUNT_ID)}.dkr.ecr.${part('Region', region, Aws.REGION)}.\${AWS::URLSuffix}`;
  const uri = `${registry}/${part('RepositoryName', repository.repositoryRef.repositoryName)}${part('TagOrDigest', tagOrDigest)}`;
  return Fn.sub(uri, Object.keys(variables).length > 0 ? variables : undefined);
}

/** Returns the ARN of the customer managed KMS key of an owned repository, if it has one. */
export function repositoryKeyArn(repository: ecr.IRepositoryRef): string | undefined {
  const resource = cfnResourceOf(repository);
  if (!resource || !ecr.CfnRepository.isCfnRepository(resource)) {
    return undefined;
  }
  const encryption = resource.encryptionConfiguration;
  if (encryption === undefined || Token.isUnresolved(encryption)) {
    return undefined;
  }
  const key = (encryption as ecr.CfnRepository.EncryptionConfigurationProperty).kmsKey;
  // A wildcard is reported as a problem of the base image.
  if (key === undefined || isToken(key) || key.startsWith('arn:') || hasWildcard(key)) {
    return key;
  }
  // ECR also accepts an alias, but in IAM policies the ARN of a key contains its id.
  return key.startsWith('alias/') ? undefined : formatArn(resource, { service: 'kms', resource: 'key', resourceName: key });
}
