/** What a tool has found: a key that names it, and the line that explains it. */
export type Findings = Map<string, string>;

/** Findings that are wanted: key and reason. */
export type Exceptions = Record<string, string>;

/** What `jsii-diff --keys` has found: a change that breaks callers. */
export function readDiff(report: string): Findings {
  return read(report, /^\w+ +- .* \[(?<key>[\w-]+:[^\]]+)\]$/gm);
}

/** What awslint has found: a rule of the CDK's design guidelines that is not kept. */
export function readAwslint(report: string): Findings {
  return read(report, /^error: \[awslint:(?<key>[^\]]+)\] .*$/gm);
}

/** What is wrong: findings that nobody wants, exceptions without a reason, and exceptions from nothing. */
export function judge(findings: Findings, exceptions: Exceptions): string[] {
  return [
    ...[...findings].filter(([key]) => !(key in exceptions)).map(([, line]) => line),
    ...Object.entries(exceptions).filter(([, reason]) => !reason.trim()).map(([key]) => `the exception ${key} has no reason`),
    ...Object.keys(exceptions).filter((key) => !findings.has(key)).map((key) => `the exception ${key} is not needed: take it away`),
  ];
}

function read(report: string, line: RegExp): Findings {
  return new Map([...report.matchAll(line)].map((match) => [match.groups!.key, match[0]]));
}
