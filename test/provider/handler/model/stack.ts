import type { Json } from '../../../../src/provider/handler/service/json';

/** A resource of a template. A property can be the attribute of an earlier resource. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Json;
  /** Whether it stays when it is removed or replaced. If its creation is rolled back, it is deleted. */
  readonly retain?: boolean;
}

/** Stands for the attribute of another resource. */
export class Attribute {
  constructor(public readonly of: string, public readonly name: string) {}
}

/** A resource that exists. */
export interface Deployed {
  readonly physicalId: string;
  readonly properties: Json;
  readonly attributes: Json;
}

export type Request =
  | { readonly type: 'Create'; readonly properties: Json }
  | { readonly type: 'Update'; readonly properties: Json; readonly former: Json; readonly physicalId: string }
  | { readonly type: 'Delete'; readonly properties: Json; readonly physicalId: string };
export type Response = { readonly ok: boolean; readonly physicalId: string; readonly attributes: Json; readonly reason?: string };

/** Handles the requests for one resource. */
export type Handler = (resource: Resource, request: Request) => Promise<Response>;

/** Resources whose changed properties need a replacement. */
const REPLACED = 'AWS::SageMaker::ImageVersion';
/** An attribute that a response does not have. */
const MISSING = '<missing>';

export type Outcome = 'complete' | 'rolled back' | 'rollback failed';

/** A stack that CloudFormation deploys: one resource after the other, with a rollback to the former properties after a failure. */
export class Stack {
  public readonly deployed = new Map<string, Deployed>();
  /** Why the last operation failed. */
  public reason = '';
  /** The resources that were changed by the last deployment or rollback. */
  public readonly touched = new Set<string>();
  /** Deletions of the last operation that failed, which CloudFormation ignores. */
  public leftovers: { readonly resource: Resource; readonly request: Request }[] = [];
  private template: readonly Resource[] = [];
  /** The template that CloudFormation returns: the new one, until a rollback begins. */
  private current: readonly Resource[] = [];
  /** What a rollback still has to do. */
  private rollback: (() => Promise<boolean>)[] = [];
  /** What a rollback deletes at its end, and what happens to a failed deletion is ignored. */
  private created: { readonly resource: Resource; readonly physicalId: string; readonly properties: Json }[] = [];

  constructor(private readonly handler: Handler) {}

  /** Deploys a template whose resources are in their order. */
  public async deploy(template: readonly Resource[]): Promise<Outcome> {
    const before = new Map(this.deployed);
    const former = this.template;
    this.current = template;
    const undo: typeof this.rollback = [];
    const replaced: { readonly resource: Resource; readonly old: Deployed }[] = [];
    this.created = [];
    this.leftovers = [];
    this.touched.clear();
    for (const resource of template) {
      const properties = this.resolve(resource.properties) as Json;
      if (JSON.stringify(properties).includes(MISSING)) {
        this.reason = `a property of ${resource.id} is an attribute that is missing`;
        this.rollback = undo;
        return this.rollBack();
      }
      const old = before.get(resource.id);
      if (old && JSON.stringify(old.properties) === JSON.stringify(properties)) {
        continue;
      }
      const isReplaced = old && resource.type === REPLACED && !isSameExceptAliases(old.properties, properties);
      this.touched.add(resource.id);
      const response = await this.handler(resource, !old || isReplaced ? { type: 'Create', properties }
        : { type: 'Update', properties, former: old.properties, physicalId: old.physicalId });
      if (!old || isReplaced) {
        this.created.push({ resource, physicalId: response.physicalId, properties });
        undo.push(async () => { this.restore(resource.id, old); return true; });
      } else {
        undo.push(async () => {
          const request = { type: 'Update', properties: old.properties, former: properties, physicalId: response.physicalId } as const;
          const { ok, physicalId, attributes, reason } = await this.handler(resource, request);
          this.restore(resource.id, { physicalId, properties: old.properties, attributes });
          this.reason = reason ?? this.reason;
          return ok;
        });
      }
      if (!response.ok) {
        this.reason = response.reason ?? 'no response';
        this.rollback = undo;
        return this.rollBack();
      }
      this.deployed.set(resource.id, { physicalId: response.physicalId, properties, attributes: response.attributes });
      if (isReplaced) {
        replaced.push({ resource, old });
      }
    }
    this.template = template;
    const removed = former.filter(({ id }) => !template.some((one) => one.id === id))
      .map((resource) => ({ resource, old: before.get(resource.id)! }));
    removed.forEach(({ resource }) => this.deployed.delete(resource.id));
    for (const { resource, old } of [...replaced, ...removed].reverse().filter((one) => !one.resource.retain)) {
      this.touched.add(resource.id);
      await this.delete(resource, old);
    }
    return 'complete';
  }

  /** Rolls back, or continues to. */
  public async rollBack(): Promise<Outcome> {
    this.current = this.template;
    while (this.rollback.length > 0) {
      if (!await this.rollback[0]()) {
        return 'rollback failed';
      }
      this.rollback.shift();
    }
    for (const { resource, ...created } of this.created.splice(0).reverse()) {
      await this.delete(resource, created);
    }
    return 'rolled back';
  }

  /** Returns what GetTemplate does, as far as the function reads it. */
  public get body(): Json {
    return { Resources: Object.fromEntries(this.current.map(({ id, type, properties }) => [id, { Type: type, Properties: properties }])) };
  }

  /** Repeats the deletions that failed, as somebody would by hand. */
  public async cleanUp(): Promise<Outcome> {
    for (const { resource, request } of this.leftovers.splice(0)) {
      if (!(await this.handler(resource, request)).ok) {
        return 'rollback failed';
      }
    }
    return 'complete';
  }

  /** CloudFormation ignores a deletion that fails in a cleanup. */
  private async delete(resource: Resource, { physicalId, properties }: Pick<Deployed, 'physicalId' | 'properties'>): Promise<void> {
    const request = { type: 'Delete', properties, physicalId } as const;
    if (!(await this.handler(resource, request)).ok) {
      this.leftovers.push({ resource, request });
    }
  }

  private restore(id: string, old: Deployed | undefined): void {
    if (old) {
      this.deployed.set(id, old);
    } else {
      this.deployed.delete(id);
    }
  }

  private resolve(value: unknown): unknown {
    if (value instanceof Attribute) {
      return this.deployed.get(value.of)!.attributes[value.name] ?? MISSING;
    }
    return Array.isArray(value) ? value.map((one) => this.resolve(one))
      : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.resolve(one)])) : value;
  }
}

function isSameExceptAliases({ Aliases, ...before }: Json, { Aliases: changed, ...after }: Json): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
