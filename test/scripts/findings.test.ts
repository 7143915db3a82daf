import { judge, readAwslint, readDiff } from '../../scripts/api/findings';

describe('readDiff', () => {
  test('finds the changes that break callers', () => {
    const report = [
      'Original assembly: cdk-sagemaker-images@0.0.0',
      'API elements with incompatible changes:',
      'err  - METHOD cdk-sagemaker-images.IImage.add: has been removed [removed:cdk-sagemaker-images.IImage.add]',
      'warn - ENUM VALUE cdk-sagemaker-images.JobType.TRAINING: has been removed [removed:cdk-sagemaker-images.JobType.TRAINING]',
    ].join('\n');
    expect([...readDiff(report).keys()]).toEqual(['removed:cdk-sagemaker-images.IImage.add', 'removed:cdk-sagemaker-images.JobType.TRAINING']);
  });
});

describe('readAwslint', () => {
  test('finds violated rules', () => {
    const report = 'error: [awslint:props-physical-name:cdk-sagemaker-images.ImageVersionProps] Every Resource must have a name ';
    expect([...readAwslint(report)]).toEqual([['props-physical-name:cdk-sagemaker-images.ImageVersionProps', report]]);
  });
});

describe('judge', () => {
  const findings = new Map([['removed:A', 'A has been removed'], ['removed:B', 'B has been removed']]);

  test('accepts exceptions with a reason', () => {
    expect(judge(findings, { 'removed:A': 'never worked', 'removed:B': 'no longer in SageMaker' })).toEqual([]);
  });

  test('reports findings without an exception', () => {
    expect(judge(findings, { 'removed:A': 'never worked' })).toEqual(['B has been removed']);
  });

  test('reports an exception without a reason', () => {
    expect(judge(findings, { 'removed:A': ' ', 'removed:B': 'no longer in SageMaker' })).toEqual(['the exception removed:A has no reason']);
  });

  test('reports an exception without a finding', () => {
    expect(judge(new Map(), { 'removed:C': 'never worked' })).toEqual(['the exception removed:C is not needed: remove it']);
  });
});
