import { page } from './pages';
import { isMap, type Json } from '../../../../src/provider/handler/service/json';
import { serviceError, type World } from '../world';

export interface StudioBehaviour {
  /** How long an update takes, in milliseconds. @default 0, it changes at once */
  readonly updateTime?: () => number;
  /** The error for an update while another one is running. @default 'ResourceInUse' */
  readonly busy?: string;
  /** What an update does while an app of the target runs. @default 'allow' */
  readonly updateWithApps?: 'allow' | 'refuse';
  /** Whether an update keeps members that it does not contain. @default 'merge' */
  readonly update?: 'merge' | 'replace';
  /** Why an update fails after it started, if it does. */
  readonly updateFailure?: (key: Json, after: Json) => string | undefined;
}

type Kind = 'Domain' | 'UserProfile' | 'Space';

interface Resource {
  readonly kind: Kind;
  readonly key: Json;
  readonly created: number;
  body: Json;
  status: string;
  modified: number;
  due: number;
  failure?: string;
}

/** An app, with the name of its user profile or space. */
export interface FakeApp {
  readonly DomainId: string;
  readonly UserProfileName?: string;
  readonly SpaceName?: string;
  readonly AppType: string;
  readonly AppName: string;
  readonly Status?: string;
  readonly ResourceSpec?: Json;
  readonly CreationTime?: number;
  /** Members that only its description has. */
  readonly Hidden?: Json;
}

const KEYS: Readonly<Record<Kind, readonly string[]>> = { Domain: ['DomainId'], UserProfile: ['DomainId', 'UserProfileName'], Space: ['DomainId', 'SpaceName'] };
const START = 1_767_225_600;

/** Domains, user profiles, spaces and apps of a fake SageMaker. */
export class FakeStudio {
  /** The apps that exist. Tests may change them. */
  public apps: FakeApp[] = [];
  private readonly resources = new Map<string, Resource>();

  public readonly operations: Readonly<Record<string, (input: Json) => Json>> = {
    ...this.operationsOf('Domain'),
    ...this.operationsOf('UserProfile'),
    ...this.operationsOf('Space'),
    ListApps: (input) => page('Apps', this.apps
      .filter((app) => Object.entries(input).every(([name, value]) => !name.endsWith('Equals') || app[name.replace('Equals', '') as keyof FakeApp] === value))
      .map(({ Hidden, ...app }) => ({ Status: 'InService', CreationTime: START, ...app })), input, this.pageSize),
    DescribeApp: (key) => {
      const app = this.apps.find((one) => isOf(one, key));
      if (!app) {
        throw serviceError('ResourceNotFound', `App [${key.AppName}] does not exist.`);
      }
      const { Hidden, ...body } = app;
      return { Status: 'InService', CreationTime: START, ...body, ...Hidden };
    },
    DeleteApp: ({ AppType, AppName, ...owner }) => {
      const rest = this.apps.filter((app) => !isOf(app, { AppType, AppName, ...owner }));
      if (rest.length === this.apps.length) {
        throw serviceError('ResourceNotFound', `App [${AppName}] does not exist.`);
      }
      this.apps = rest;
      return {};
    },
  };

  constructor(
    private readonly world: World,
    private readonly arn: (resource: string) => string,
    private readonly behaviour: StudioBehaviour,
    private readonly pageSize: number,
  ) {}

  /** Adds a domain, user profile or space with its settings blocks. */
  public add(kind: Kind, key: Json, body: Json): void {
    this.resources.set(idOf(kind, key), { kind, key, body: structuredClone(body), created: this.time, modified: this.time, status: 'InService', due: 0 });
  }

  /** The settings blocks of a domain, user profile or space. */
  public body(key: Json): Json {
    return this.find(kindOf(key), key).body;
  }

  /** Changes settings at once, as somebody else. */
  public change(key: Json, change: (body: Json) => Json): void {
    const resource = this.find(kindOf(key), key);
    resource.body = change(structuredClone(resource.body));
    resource.modified = this.time;
  }

  /** Removes a domain, user profile or space. */
  public remove(key: Json): void {
    this.resources.delete(idOf(kindOf(key), key));
  }

  public settle(): void {
    for (const resource of this.resources.values()) {
      if (resource.status === 'Updating' && resource.due <= this.world.now()) {
        resource.status = resource.failure === undefined ? 'InService' : 'Update_Failed';
        resource.modified = this.time;
      }
    }
  }

  private operationsOf(kind: Kind): Record<string, (input: Json) => Json> {
    return {
      [`Describe${kind}`]: (input) => this.describe(this.find(kind, input)),
      [`Update${kind}`]: (input) => this.update(this.find(kind, input), input),
      [`List${kind}s`]: (input) => page(`${kind}s`, [...this.resources.values()]
        .filter((one) => one.kind === kind && [undefined, one.key.DomainId].includes(input.DomainIdEquals))
        .map(({ key, status, created, modified }) => ({ ...key, Status: status, CreationTime: created, LastModifiedTime: modified })),
      input, this.pageSize),
    };
  }

  private describe({ key, body, status, created, modified, failure }: Resource): Json {
    const failed = status === 'Update_Failed' && { FailureReason: failure };
    return structuredClone({ ...key, ...body, Status: status, CreationTime: created, LastModifiedTime: modified, ...failed });
  }

  private update(resource: Resource, input: Json): Json {
    const { kind, key } = resource;
    const arn = this.arn(`${kind}/${Object.values(key).join('/')}`);
    if (resource.status === 'Updating') {
      throw serviceError(this.behaviour.busy ?? 'ResourceInUse', `Unable to update ${kind} [${arn}]: it is Updating.`);
    }
    const running = this.apps.filter(({ Status = 'InService' }) => ['Pending', 'InService'].includes(Status));
    if (running.some((app) => isOf(app, key)) && this.behaviour.updateWithApps === 'refuse') {
      throw serviceError('ValidationException', `Unable to update ${kind} [${arn}] with InService App. Delete all InService apps and try again.`);
    }
    const sent = Object.fromEntries(Object.entries(input).filter(([name]) => !KEYS[kind].includes(name)));
    const copy = structuredClone(sent);
    const after = this.behaviour.update === 'replace' ? { ...resource.body, ...copy } : merged(resource.body, copy) as Json;
    resource.failure = this.behaviour.updateFailure?.(key, after);
    resource.body = resource.failure === undefined ? after : resource.body;
    resource.modified = this.time;
    resource.due = this.world.now() + (this.behaviour.updateTime?.() ?? 0);
    resource.status = 'Updating';
    this.settle();
    return { [`${kind}Arn`]: arn };
  }

  private find(kind: Kind, key: Json): Resource {
    const resource = this.resources.get(idOf(kind, key));
    if (!resource) {
      throw serviceError('ResourceNotFound', `${kind} [${this.arn(KEYS[kind].map((name) => key[name]).join('/'))}] does not exist.`);
    }
    return resource;
  }

  private get time(): number {
    return START + this.world.now() / 1_000;
  }
}

function isOf(app: FakeApp, key: Json): boolean {
  return Object.entries(key).every(([name, value]) => app[name as keyof FakeApp] === value);
}

function idOf(kind: Kind, key: Json): string {
  return [kind, ...KEYS[kind].map((name) => key[name])].join('/');
}

function kindOf(key: Json): Kind {
  return key.UserProfileName !== undefined ? 'UserProfile' : key.SpaceName !== undefined ? 'Space' : 'Domain';
}

/** Keeps members of maps that are not sent. Lists and values are replaced. A default image without an image keeps only its version. */
function merged(before: unknown, sent: unknown, name = ''): unknown {
  if (!isMap(before) || !isMap(sent)) {
    return sent;
  }
  if (name === 'DefaultResourceSpec') {
    const { SageMakerImageArn, SageMakerImageVersionAlias, ...kept } = before;
    const { SageMakerImageVersionArn, ...rest } = { ...kept, ...sent } as Json;
    return SageMakerImageVersionArn === 'None' || SageMakerImageVersionArn === undefined ? rest : { ...rest, SageMakerImageVersionArn };
  }
  return { ...before, ...Object.fromEntries(Object.entries(sent).map(([member, value]) => [member, merged(before[member], value, member)])) };
}
