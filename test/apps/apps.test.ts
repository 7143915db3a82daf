import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';
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
import { Synthesized } from './synthesized';
import { unifiedStudio } from './unified-studio';

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

const hasEngine = Number(/^2\.(\d+)/.exec(version)![1]) >= 262;

describe.each(Object.entries(APPS))('%s', (_, [build, warnings = []]) => {
  let app: Synthesized;

  beforeAll(() => { app = Synthesized.from(build); });

  test('has no errors and only these warnings', () => {
    expect(app.messages).toEqual(warnings);
  });

  test('has resources as the CloudFormation schemas describe them', () => {
    expect(app.types).toContain('AWS::SageMaker::ImageVersion');
    expect(app.schemaProblems).toEqual([]);
  });

  test('has no findings of the validation engine of the CDK', () => {
    expect(app.findings).toEqual(hasEngine ? [] : undefined);
  });
});

test('a mistake has a warning, a problem with a schema and a finding', () => {
  const app = Synthesized.from((root) => {
    const stack = new Stack(root, 'Stack');
    Annotations.of(stack).addWarningV2('id', 'a warning');
    new CfnResource(stack, 'Resource', { type: 'AWS::SageMaker::ImageVersion', properties: { ImageName: 'torch', Processor: 'TPU' } });
  });
  expect(app.messages).toEqual(['id']);
  expect(app.schemaProblems).toEqual(['AWS::SageMaker::ImageVersion.BaseImage is missing', 'AWS::SageMaker::ImageVersion.Processor must be one of CPU,GPU']);
  expect(app.findings).toEqual(hasEngine ? expect.arrayContaining([expect.stringContaining("'TPU' is not one of")]) : undefined);
});
