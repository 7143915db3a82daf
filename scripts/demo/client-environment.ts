/** Two for the Region: the AWS CLI from pip and boto3 read only `AWS_DEFAULT_REGION`, other clients only `AWS_REGION`. */
const VARIABLES = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_DEFAULT_REGION'];

/** Returns the shell commands after which AWS clients in that shell talk to an offline AWS. */
export function clientEnvironment(env: NodeJS.ProcessEnv): string[] {
  return VARIABLES.map((name) => `export ${name}=${env[name]}`);
}
