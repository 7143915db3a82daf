import { aws_cloudwatch as cloudwatch, aws_kms as kms, aws_sagemaker as sagemaker, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { validateImageVersionFailures } from './private/validate-image-version-failures';
import { versionsWaitForRule } from './private/versions-wait-for-rule';
import { arnsOfImageVersion, imageNameOf } from '../image/private/image-facts';
import { formatArn } from '../private/arn';
import { statementsOn } from '../private/policy-size';
import { requireProps } from '../private/problems';
import { FAILED_VERSIONS, FAILED_VERSIONS_METRIC, type FailedVersionsProperties } from '../provider/kinds/failed-versions';
import { Provider } from '../provider/private/provider';

/**
 * Properties of `ImageVersionFailures`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
export interface ImageVersionFailuresProps {
  /**
   * The images to report on, 1 to 100: images, imports or L1s in the account and Region of the stack.
   *
   * A change takes effect in place.
   *
   * @default - all images of the account and Region
   */
  readonly images?: sagemaker.IImageRef[];

  /**
   * The Amazon SNS topic that gets a message for each failed version: a standard topic in the Region of the stack.
   *
   * The function is granted the permission to publish, and to use the KMS key of a `sns.Topic` that has one. Grant the use of the
   * key of an imported topic yourself. A change takes effect in place.
   *
   * @default - no messages: the reason is in the log of the function
   */
  readonly topic?: sns.ITopicRef;
}

/**
 * Reports why versions of SageMaker images failed.
 *
 * CloudFormation reports only that a version failed, and deletes it during the rollback. A rule of Amazon EventBridge invokes a
 * function for each version that fails, which reads the reason before that. The reason, the likely fix and the container image are
 * written to the log of the function, counted as a metric, and published to a topic. This includes versions that were not created by
 * CloudFormation.
 *
 * One in each account and Region is enough, best in a stack of its own: it then reports failures of all stacks, and its log remains
 * when a first deployment is rolled back. The versions of a stage wait for it. If the rollback is faster, or SageMaker gives no reason,
 * the report says so. A failure may be reported more than once, because events may be sent more than once.
 *
 * The constructor throws one error with all problems in `props`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 * @example
 * const failures = new ImageVersionFailures(this, 'Failures', { topic });
 * failures.metricFailedVersions().createAlarm(this, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
 */
export class ImageVersionFailures extends Construct {
  private readonly reportedBy: string;

  /**
   * @param scope the scope of the construct
   * @param id the id of the construct. With another id, the rule is replaced and the metric gets another dimension.
   * @param props the properties
   */
  constructor(scope: Construct, id: string, props: ImageVersionFailuresProps = {}) {
    requireProps(scope, id, 'props', props);
    super(scope, id);
    validateImageVersionFailures(this, props);
    const { images, topic } = props;
    const stack = Stack.of(this);
    this.reportedBy = `${stack.stackName}/${this.node.path.slice(stack.node.path.length).replace(/^\//, '')}`;
    const properties: FailedVersionsProperties = {
      ReportedBy: this.reportedBy,
      ImageNames: images?.map(imageNameOf),
      TopicArn: topic?.topicRef.topicArn,
    };
    const all = formatArn(this, { service: 'sagemaker', resource: 'image-version', resourceName: '*/*' });
    const key = keyOf(topic);
    const { permission } = Provider.of(this).addRule(this, 'Rule', {
      description: 'Reports why versions of SageMaker images failed',
      reaction: FAILED_VERSIONS,
      eventPattern: {
        'source': ['aws.sagemaker'],
        'detail-type': ['SageMaker Image Version State Change'],
        // AWS documents the status in three spellings.
        'detail': { ImageVersionStatus: ['CREATE_FAILED', 'CREATED_FAILED', 'CreateFailed'].map((status) => ({ 'equals-ignore-case': status })) },
      },
      properties: { ...properties },
      statements: [
        ...statementsOn(['sagemaker:DescribeImageVersion'], images?.flatMap((image) => arnsOfImageVersion(image)) ?? [all]),
        ...topic ? statementsOn(['sns:Publish'], [topic.topicRef.topicArn]) : [],
        ...key ? statementsOn(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]) : [],
      ],
    });
    versionsWaitForRule(this, permission, images);
  }

  /**
   * The number of failed versions that this construct reported.
   *
   * Without failures there is no data, so let alarms treat missing data as not breaching. By default, it is the sum over 5 minutes.
   *
   * Throws if an option is not valid, for example a period of 45 seconds.
   *
   * @param options options of the metric
   * @returns the metric, for example for an alarm
   */
  public metricFailedVersions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const { namespace, name, dimension } = FAILED_VERSIONS_METRIC;
    return new cloudwatch.Metric({
      namespace, metricName: name, dimensionsMap: { [dimension]: this.reportedBy }, statistic: cloudwatch.Stats.SUM, ...options,
    }).attachTo(this);
  }
}

/** The key of a topic, if it is known: `sns.Topic` and imports have the member, L1s do not. */
function keyOf(topic: sns.ITopicRef | undefined): kms.IKey | undefined {
  return (topic as { readonly masterKey?: kms.IKey } | undefined)?.masterKey;
}
