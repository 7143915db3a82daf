import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { crossAccountRepository } from './cross-account-repository';
import { defaultImage } from './default-image';
import { domainInOtherStack } from './domain-in-other-stack';
import { existingDomain } from './existing-domain';
import { govCloud } from './gov-cloud';
import { multiKernel } from './multi-kernel';
import { pipeline } from './pipeline';
import { profiles } from './profiles';
import { PublicApp } from './public-app';
import { rLifecycle } from './r-lifecycle';
import { serviceCatalog } from './service-catalog';
import { sharedSpaces } from './shared-spaces';
import { unifiedStudio } from './unified-studio';
import { specProblems } from '../helpers/service-spec';

// The validation engine of the newest CDK takes seconds when it starts.
jest.setTimeout(60_000);

/** Each app with the ids of its warnings. */
const APPS: Record<string, [PublicApp, string[]?]> = {
  'multi-kernel': [multiKernel],
  'R with a lifecycle configuration': [rLifecycle],
  'AWS GovCloud (US)': [govCloud],
  'an image built by a pipeline': [pipeline],
  'a domain in another stack': [domainInOtherStack],
  'user profiles with lists of their own': [profiles],
  'shared spaces': [sharedSpaces],
  'a default image': [defaultImage],
  'a repository in another account': [crossAccountRepository],
  'a product of Service Catalog': [serviceCatalog],
  'an existing domain of a regulated platform': [existingDomain],
  'Unified Studio': [unifiedStudio],
};

interface Synthesized {
  readonly app: App;
  readonly directory: string;
}

describe.each(Object.entries(APPS))('%s', (_, [build, warnings = []]) => {
  let synthesized: Synthesized;

  beforeAll(() => {
    // Other tests turn the engine off, see test/setup.ts.
    delete process.env.CDK_VALIDATION;
    const report = jest.spyOn(console, 'error').mockImplementation();
    const app = new App({ analyticsReporting: false });
    build(app);
    synthesized = { app, directory: app.synth().directory };
    report.mockRestore();
    process.env.CDK_VALIDATION = 'false';
  });

  test('has no errors and only these warnings', () => {
    expect(messagesOf(synthesized.app)).toEqual(warnings);
  });

  test('has resources as the CloudFormation schemas describe them', () => {
    const resources = templatesIn(synthesized).flatMap(({ Resources }) => Object.values(Resources));
    expect(resources.map(({ Type }) => Type)).toContain('AWS::SageMaker::ImageVersion');
    expect(resources.filter(({ Type }) => Type.startsWith('AWS::')).flatMap(({ Type, Properties = {} }) => specProblems(Type, Properties))).toEqual([]);
  });

  test('has no findings of the validation engine of the CDK', () => {
    expect(findingsIn(synthesized)).toEqual([]);
  });
});

/** Returns the warnings and errors that the CDK CLI would print, including those of products, which it does not. */
function messagesOf(app: App): string[] {
  return app.node.findAll().flatMap(({ node }) => node.metadata)
    .filter(({ type }) => ['aws:cdk:warning', 'aws:cdk:error'].includes(type))
    .map(({ data }) => /\[ack: (.*)\]$/s.exec(data)?.[1] ?? data);
}

/** Returns all templates, including those of products. */
function templatesIn({ directory }: Synthesized): { Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> }[] {
  return readdirSync(directory).filter((name) => /\.template(\.json)?$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')));
}

/** Returns the findings in the report of the engine, which the lowest supported CDK does not write. */
function findingsIn({ directory }: Synthesized): string[] {
  const reports = readdirSync(directory).filter((name) => name.startsWith('validation-report'));
  return reports.flatMap((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')).pluginReports).flatMap(({ violations }) => violations)
    .map(({ ruleName, description }) => `${ruleName}: ${description}`);
}
