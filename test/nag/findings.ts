import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { IConstruct } from 'constructs';

/** The rule packs that regulated companies run. */
export const COMPLIANCE_PACKS: NagPack[] = [new NIST80053R5Checks(), new HIPAASecurityChecks(), new PCIDSS321Checks()];

/** The rules that a stack violates, each with the constructs that violate it. */
export function findingsIn(stack: Stack, pack: NagPack = new AwsSolutionsChecks()): string[] {
  // Synthesizes the app, which creates the last policies.
  Template.fromStack(stack);
  return findings(stack, pack);
}

/** The rules that a template violates, whatever was acknowledged in the app. */
export function findingsInTemplate(template: object, pack: NagPack = new AwsSolutionsChecks()): string[] {
  const templateFile = join(mkdtempSync(join(tmpdir(), 'nag-')), 'template.json');
  writeFileSync(templateFile, JSON.stringify(template));
  const stack = new Stack(new App(), 'Stack');
  new CfnInclude(stack, 'Template', { templateFile });
  return findings(stack, pack);
}

/** Part of the report, whose type the lowest supported CDK does not have. */
interface Violation {
  readonly ruleName: string;
  readonly violatingResources: { readonly constructPath: string }[];
}

function findings(scope: IConstruct, pack: NagPack): string[] {
  const { violations } = pack.validateScope(scope) as { violations: Violation[] };
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`));
}
