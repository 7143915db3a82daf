import { Aws, aws_ecr as ecr, Fn, Stack, Token } from 'aws-cdk-lib';
import { cfnResourceOf } from '../../private/dependencies';

/**
 * The URI of a container image in a repository, as one `Fn::Sub`.
 *
 * (The URI that `ecr.Repository` offers is a join of several tokens, which makes synth slower and templates larger.)
 */
export function repositoryImageUri(repository: ecr.IRepositoryRef, tagOrDigest: string): string {
  const variables: Record<string, string> = {};
  const part = (name: string, value: string, pseudoParameter?: string): string => {
    if (value === pseudoParameter) {
      return `\${AWS::${name}}`;
    }
    if (!Token.isUnresolved(value)) {
      return value;
    }
    variables[name] = value;
    return `\${${name}}`;
  };
  const { account, region } = repository.env;
  const registry = `${part('AccountId', account, Aws.ACCOUNT_ID)}.dkr.ecr.${part('Region', region, Aws.REGION)}.\${AWS::URLSuffix}`;
  const uri = `${registry}/${part('RepositoryName', repository.repositoryRef.repositoryName)}${part('TagOrDigest', tagOrDigest)}`;
  return Fn.sub(uri, Object.keys(variables).length > 0 ? variables : undefined);
}

/** The ARN of the customer managed KMS key of a repository of this app, if it has one. */
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
  if (key === undefined || Token.isUnresolved(key) || key.startsWith('arn:')) {
    return key;
  }
  // ECR takes an alias too, but IAM knows a key by its id only.
  return key.startsWith('alias/') ? undefined : Stack.of(resource).formatArn({ service: 'kms', resource: 'key', resourceName: key });
}
