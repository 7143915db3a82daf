import { type aws_sns as sns, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { IMAGE } from '../../image/private/validate-image';
import { checkImageEnvironment } from '../../image/private/validate-image-version';
import { describe, Problems } from '../../private/problems';
import type { ImageVersionFailuresProps } from '../image-version-failures';

/** A rule sends the names to the function in a template of at most 8,192 characters. */
const MAX_IMAGES = 100;

/** Checks the properties of `ImageVersionFailures`. */
export function validateImageVersionFailures(scope: Construct, { images, topic }: ImageVersionFailuresProps): void {
  const problems = new Problems();
  if (Token.isUnresolved(images)) {
    problems.add('images must be a list of images, got a token: give the images, or leave images out for all of them');
  }
  const listed = problems.list('images', images, 'give images, or leave it out for all of them');
  if (Array.isArray(images) && !Token.isUnresolved(images) && (listed.length < 1 || listed.length > MAX_IMAGES)) {
    problems.add(`images has ${listed.length} images, 1 to ${MAX_IMAGES} are allowed: leave it out for all images of the account and Region`);
  }
  listed.forEach((image, index) => {
    if (problems.instance(`images[${index}]`, image, 'imageRef', IMAGE)) {
      checkImageEnvironment(problems, scope, image);
    }
  });
  if (topic !== undefined && problems.instance('topic', topic, 'topicRef', 'an sns.Topic, an import or a CfnTopic')) {
    const topicArn = topic.topicRef?.topicArn;
    if (typeof topicArn !== 'string') {
      problems.add(`topic must have an ARN, got ${describe(topicArn)}: give an sns.Topic, an import or a CfnTopic`);
    } else {
      problems.withoutWildcards('the ARN of topic', topicArn);
      checkTopic(problems, scope, topic);
    }
  }
  problems.throwIfAny(scope);
}

/** Members of an L2 or an L1 that other references may not have. */
interface KnownTopic {
  readonly fifo?: unknown;
  readonly fifoTopic?: unknown;
}

function checkTopic(problems: Problems, scope: Construct, topic: sns.ITopicRef): void {
  const { fifo, fifoTopic } = topic as KnownTopic;
  if (fifo === true || fifoTopic === true) {
    problems.add('topic is a FIFO topic, which needs a group for each message: use a standard topic');
  }
  const region = topic.env?.region;
  const own = Stack.of(scope).region;
  if (typeof region === 'string' && Token.compareStrings(region, own) === TokenComparison.DIFFERENT) {
    problems.add(`topic is in ${region} and the stack in ${own}: use a topic in the Region of the stack`);
  }
}
