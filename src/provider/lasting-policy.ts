import { createHash } from 'crypto';
import { aws_iam as iam, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The most that IAM takes as one managed policy. */
const MOST_CHARACTERS = 6_144;

/**
 * Permissions of a role, in a policy that is replaced as a whole whenever they change.
 *
 * An update changes a policy first and deletes what is gone at its very end. A custom resource that is removed, or moves
 * to another domain, could not clean up any more with what the policy says by then. The former policy goes after it.
 *
 * A managed policy, because the former and the new one are there at the same time: the inline policies of a role have one
 * quota together, managed policies have one each.
 */
export class LastingPolicy extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, role: iam.IRole) {
    super(scope, id, { roles: [role], document: new iam.PolicyDocument({ minimize: true }) });
    // There is none where the app makes no roles and policies of its own (`Role.customizeRoles`).
    const resource = this.node.defaultChild as CfnResource | undefined;
    resource?.overrideLogicalId(Lazy.uncachedString({ produce: (context) => `SageMakerImages${id}${hashOf(context.resolve(this.document))}` }));
    this.node.addValidation({ validate: () => this.checkLength() });
  }

  private checkLength(): string[] {
    const length = leastLengthOf(Stack.of(this), Stack.of(this).resolve(this.document));
    return length <= MOST_CHARACTERS ? [] : [
      `the attachments of stack '${Stack.of(this).stackName}' need a policy of ${length} characters, and IAM takes ${MOST_CHARACTERS}: `
      + 'attach to the existing domain instead of to each of its user profiles and spaces, or make some of the attachments in another stack',
    ];
  }
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8).toUpperCase();
}

/** The length of a policy in the account, without what only CloudFormation will know. */
function leastLengthOf({ partition, region, account }: Stack, policy: unknown): number {
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
