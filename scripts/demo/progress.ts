const VERBS: Record<string, string> = {
  CREATE_COMPLETE: 'created',
  UPDATE_COMPLETE: 'updated',
  DELETE_COMPLETE: 'deleted',
  DELETE_SKIPPED: 'kept',
};

/**
 * Summarizes a line of the CDK CLI if it reports a completed resource or a problem.
 *
 * An event reads `<stack> | <count> | <time> | <status> | <type> | <path> (<logical id>) <reason>`.
 */
export function progressOf(line: string): string | undefined {
  const [, , , status, type, resource = ''] = line.split('|').map((part) => part.trim());
  if (status === undefined) {
    return /❌|\[Warning|\[Error/.test(line) ? line.trim() : undefined;
  }
  if (/FAILED|ROLLBACK/.test(status)) {
    return [status, type, resource].join('  ');
  }
  if (!(status in VERBS) || type === 'AWS::CloudFormation::Stack') {
    return undefined;
  }
  return `${VERBS[status].padEnd(9)}${type.padEnd(30)}${resource.replace(/ \(\w+\).*/, '')}`;
}
