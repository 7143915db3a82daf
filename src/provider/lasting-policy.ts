import { createHash } from 'crypto';
import { aws_iam as iam, Names, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The most that IAM takes as one managed policy. */
const MOST_CHARACTERS = 6_144;

/**
 * The permissions of a role once more, in a policy that is replaced as a whole whenever they change.
 *
 * An update changes the role first and deletes what is gone at its very end. A custom resource that is removed, or moves
 * to another domain, could not clean up any more with what the role has by then. The former policy goes after it.
 *
 * A managed policy, because the former and the new one are there at the same time: the inline policies of a role have one
 * quota together, managed policies have one each.
 *
 * A stack that works on one thing does without: when the last custom resource goes, the role goes after it.
 */
export class LastingPolicy extends iam.CfnManagedPolicy {
  constructor(scope: Construct, role: iam.Role, private readonly allowed: iam.PolicyDocument) {
    super(scope, 'LastingPolicy', { policyDocument: allowed, roles: [role.roleName] });
    // Everything that is allowed is known when the app is validated.
    this.node.addValidation({ validate: () => this.nameByContent() });
  }

  public shouldSynthesize(): boolean {
    const resources = this.statements()
      // The handler goes without the right to pass a role, if it has to.
      .filter(({ Action: actions }) => actions !== 'iam:PassRole')
      .flatMap(({ Resource: resource }) => resource);
    return new Set(resources.map((resource) => JSON.stringify(resource))).size > 1;
  }

  private nameByContent(): string[] {
    if (!this.shouldSynthesize()) {
      return [];
    }
    const content = this.stack.resolve(this.allowed);
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8).toUpperCase();
    this.overrideLogicalId(`${Names.uniqueResourceName(this, { maxLength: 200 })}${hash}`);
    const length = this.leastLengthOf(content);
    return length <= MOST_CHARACTERS ? [] : [
      `the attachments of stack '${this.stack.stackName}' need a policy of ${length} characters, and IAM takes ${MOST_CHARACTERS}: `
      + 'attach to the existing domain instead of to each of its user profiles and spaces, or make some of the attachments in another stack',
    ];
  }

  private statements(): { Action: unknown; Resource: unknown }[] {
    return this.stack.resolve(this.allowed)?.Statement ?? [];
  }

  /** The length of a policy in the account, without what only CloudFormation will know. */
  private leastLengthOf(policy: unknown): number {
    const { partition, region, account } = this.stack;
    const known = (value: string, shortest: string) => Token.isUnresolved(value) ? shortest : value;
    const pseudo: Record<string, string> = {
      'AWS::Partition': known(partition, 'aws'), 'AWS::Region': known(region, 'eu-west-1'), 'AWS::AccountId': known(account, '111111111111'),
    };
    const text = (value: any): string => {
      if (typeof value === 'string') {
        return value;
      }
      const [name, inner] = Object.entries<any>(value)[0];
      switch (name) {
        case 'Ref': return pseudo[inner] ?? '';
        case 'Fn::Sub': return String(inner).replace(/\$\{([^}]*)\}/g, (_, reference) => pseudo[reference] ?? '');
        case 'Fn::Join': return inner[1].map(text).join(inner[0]);
        default: return '';
      }
    };
    return JSON.stringify(policy, (key, value) => key === 'Resource' ? [value].flat().map(text) : value).length;
  }
}
