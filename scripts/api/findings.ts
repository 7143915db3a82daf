/** The findings of a tool: the line that explains each finding, by its key. */
export type Findings = Map<string, string>;

/** Accepted findings: the reason for each, by its key. */
export type Exceptions = Record<string, string>;

/** Reads the report of `jsii-diff --keys`: changes that break callers. */
export function readDiff(report: string): Findings {
  return read(report, /^\w+ +- .* \[(?<key>[\w-]+:[^\]]+)\]$/gm);
}

/** Reads the report of awslint: violations of the CDK's design guidelines. */
export function readAwslint(report: string): Findings {
  return read(report, /^error: \[awslint:(?<key>[^\]]+)\] .*$/gm);
}

/** Returns the problems: findings without an exception, and exceptions without a reason or a finding. */
export function judge(findings: Findings, exceptions: Exceptions): string[] {
  return [
    ...[...findings].filter(([key]) => !(key in exceptions)).map(([, line]) => line),
    ...Object.entries(exceptions).filter(([, reason]) => !reason.trim()).map(([key]) => `the exception ${key} has no reason`),
    ...Object.keys(exceptions).filter((key) => !findings.has(key)).map((key) => `the exception ${key} is not needed: remove it`),
  ];
}

function read(report: string, line: RegExp): Findings {
  return new Map([...report.matchAll(line)].map((match) => [match.groups!.key, match[0]]));
}
