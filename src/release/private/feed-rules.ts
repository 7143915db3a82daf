import { CfnResource, IResolveContext, Lazy, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dependOn } from '../../private/dependencies';
import type { RoleStatement } from '../../private/policy-size';
import { leastTextLengthOf } from '../../private/policy-size';
import { StagePass } from '../../private/stage-pass';
import { IMAGE_FEED_REACTION, IMAGE_FEED_TARGETS_TYPE } from '../../provider/kinds/image-feed';
import { Provider, RULES } from '../../provider/private/provider';
import { Refresh } from '../refresh';

/** How many targets one rule moves. With names of usual length, they fit into its input. */
const TARGETS_OF_RULE = 8;
/** The number of characters that EventBridge allows in the input of a rule. */
const MAX_INPUT = 8_192;

/** A target in Studio whose entries and default images follow a feed. */
export interface FeedFollower {
  /** The same for all attachments to one target. */
  readonly target: object;
  /** The resource that changes the target, and has the permissions of the function to do so. */
  readonly resource: CfnResource;
  /** Renders the entries and default images that follow the feed, without numbers. */
  render(context: IResolveContext): unknown;
}

/** The properties of a feed that its rules have too. */
export interface FeedProperties {
  readonly [name: string]: unknown;
  readonly RepositoryName: string;
  readonly Tags: string[];
}

/** The rules that send pushes to the function, with the targets that follow. */
export class FeedRules {
  private readonly followers: FeedFollower[] = [];
  private readonly rules: CfnResource[] = [];
  /** Checks the targets in each deployment, after everything that changes them. */
  private check?: CfnResource;

  constructor(
    private readonly feed: Construct,
    private readonly resource: CfnResource,
    private readonly properties: FeedProperties,
    private readonly statements: RoleStatement[],
  ) {
    this.addRule();
    StagePass.add(feed, (pass) => {
      if (this.followers.length === 0) {
        // No push gets lost between the creation of the two. With targets, the rule has to wait for them, and they for the resource.
        pass.order.wait(this.resource, this.rules[0]);
      }
    });
  }

  /** Adds a target. Another attachment to it changes what it renders. */
  public add(follower: FeedFollower): void {
    if (this.followers.some(({ target }) => target === follower.target)) {
      return;
    }
    this.followers.push(follower);
    if (this.followers.length > this.rules.length * TARGETS_OF_RULE) {
      this.addRule();
    }
    this.check ??= Provider.of(this.feed).add(this.feed, 'Targets', {
      kind: IMAGE_FEED_TARGETS_TYPE,
      properties: { ...this.properties, Places: this.render(() => this.followers), Refresh: Refresh.everyDeployment() },
      statements: this.statements,
      cleansUp: false,
      policyId: RULES,
    });
    dependOn(this.check, this.resource);
    dependOn(this.rules.at(-1)!, follower.resource);
    this.rules.forEach((rule) => dependOn(this.check!, rule));
  }

  private addRule(): void {
    const index = this.rules.length;
    const { RepositoryName, Tags } = this.properties;
    const { account, region } = Stack.of(this.feed);
    const { rule } = Provider.of(this.feed).addRule(this.feed, index === 0 ? 'Rule' : `Rule${index + 1}`, {
      description: 'Makes a version of a SageMaker image of each container image that is pushed',
      reaction: IMAGE_FEED_REACTION,
      eventPattern: {
        'source': ['aws.ecr'],
        // Others may send their events to the bus too.
        'account': [account],
        'region': [region],
        'detail-type': ['ECR Image Action'],
        'detail': { 'action-type': ['PUSH'], 'result': ['SUCCESS'], 'repository-name': [RepositoryName], 'image-tag': Tags.map(matcherOf) },
      },
      properties: {
        ...this.properties,
        Places: this.render(() => this.followers.slice(index * TARGETS_OF_RULE, (index + 1) * TARGETS_OF_RULE)),
      },
      statements: this.statements,
    });
    this.rules.push(rule);
    this.feed.node.addValidation({ validate: () => this.tooLong(rule) });
  }

  private render(followers: () => FeedFollower[]): unknown {
    return Lazy.uncachedAny({ produce: (context) => followers().map((follower) => follower.render(context)) });
  }

  private tooLong(rule: CfnResource): string[] {
    const { targets } = rule as unknown as { targets: { inputTransformer: { inputTemplate: string } }[] };
    const length = leastTextLengthOf(Stack.of(rule), targets[0].inputTransformer.inputTemplate);
    return length <= MAX_INPUT ? [] : [
      `the targets that follow the feed need a rule with an input of ${length} characters, EventBridge allows ${MAX_INPUT}: `
      + 'attach the feed to the domain instead of to each of its user profiles and spaces, or use shorter names',
    ];
  }
}

/** Returns what EventBridge compares a tag with. It restricts wildcards, but not the start and the end of a value. */
function matcherOf(pattern: string): unknown {
  if (Token.isUnresolved(pattern)) {
    return { wildcard: pattern };
  }
  const [start, end, ...more] = pattern.split('*');
  return pattern === '*' ? { 'anything-but': '' }
    : end === undefined ? pattern
      : more.length > 0 || (start !== '' && end !== '') ? { wildcard: pattern }
        : end === '' ? { prefix: start } : { suffix: end };
}
