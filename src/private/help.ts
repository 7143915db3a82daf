/** The page that explains warnings and errors. Not read from package.json, which the Lambda function does not have. */
const PAGE = 'https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md';

/** Returns the end of a message that a heading of docs/troubleshooting.md explains: its address. */
export function see(heading: string): string {
  return `. See ${PAGE}#${heading.toLowerCase().replaceAll(' ', '-')}`;
}
