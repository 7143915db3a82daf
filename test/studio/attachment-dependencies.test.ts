import { App, aws_sagemaker as sagemaker, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppImageConfig, Image, ImageVersion, StudioAppType, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';
import { Construct, IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { DeploymentGraph, expectIndependent, expectOrder } from '../helpers/deployment-graph';
import { baseImage, errorOf, HERE, stackIn, TROUBLESHOOTING, warningsOf } from '../helpers/fixtures';
import { runs } from '../helpers/property';
import { APPS, attach, domainIn, imageIn, resourceOf, STUDIO_ATTACHMENTS } from '../helpers/studio';

/** A resource that nothing depends on by itself. */
const otherIn = (scope: Construct, id = 'Other') => new CfnResource(scope, id, { type: 'Test::Other' });
const appOf = ({ node }: IConstruct) => node.root as App;
const versionOf = ({ imageVersion }: { imageVersion: IConstruct }) => imageVersion;
const existing = () => StudioTarget.existingDomain('d-1');

/** Attaches a version and a configuration that are not in the app, so that nothing else has an order. */
function attachImport(scope: Construct, target: StudioTarget, name = 'torch'): StudioAttachment {
  const image = Image.fromImageName(scope, `${name}-image`, name);
  return new StudioAttachment(scope, `${name}-attachment`, {
    imageVersion: ImageVersion.fromImageVersionAttributes(scope, `${name}-version`, { image, version: 1 }),
    appImageConfig: AppImageConfig.fromAppImageConfigAttributes(scope, `${name}-config`, { appImageConfigName: name, appType: StudioAppType.JUPYTER_LAB }),
    target,
  });
}

function studioImageIn(scope: Construct, id: string, ...attachTo: StudioTarget[]): StudioImage {
  return new StudioImage(scope, id, { baseImage: baseImage(`${id}-1`), app: APPS.JupyterLab, attachTo });
}

/** The problems of a synth. */
function problemsOf(app: App): string[] | undefined {
  return errorOf(() => app.synth({ force: true }))?.split('\n').slice(1).map((line) => line.trim());
}

const TARGETS: [string, (stack: Stack) => StudioTarget][] = [
  ['an existing domain', existing],
  ['an existing user profile', () => StudioTarget.existingUserProfile('d-1', 'jo')],
  ['an owned domain by its id', (stack) => StudioTarget.existingDomain(domainIn(stack).attrDomainId)],
  ['an owned domain', (stack) => StudioTarget.domain(domainIn(stack))],
  ['an owned user profile', (stack) => StudioTarget.userProfile(new sagemaker.CfnUserProfile(stack, 'P', { domainId: 'd-1', userProfileName: 'jo' }))],
];

const SCOPES: [string, (stack: Stack) => Construct][] = [
  ['the same stack', (stack) => stack],
  ['another stack', (stack) => new Stack(stack.node.scope!, 'Another', { env: HERE })],
  ['a nested stack', (stack) => new NestedStack(stack, 'Nested')],
];

const COMBINATIONS = TARGETS.flatMap(([target, makeTarget]) => SCOPES.map(([where, makeScope]) => ({ target, makeTarget, where, makeScope })));

describe('a construct that depends on an attachment', () => {
  test.each(COMBINATIONS)('waits for $target, from $where', ({ makeTarget, makeScope }) => {
    const stack = stackIn();
    const attachment = attach(stack, makeTarget(stack));
    const other = otherIn(makeScope(stack));
    other.node.addDependency(attachment);
    expectOrder(appOf(stack), [versionOf(attachment), resourceOf(attachment), other]);
  });

  test.each(COMBINATIONS)('waits with all of its resources for $target, from $where', ({ makeTarget, makeScope }) => {
    const stack = stackIn();
    const attachment = attach(stack, makeTarget(stack));
    const scope = new Construct(makeScope(stack), 'Scope');
    const others = ['One', 'Two'].map((id) => otherIn(new Construct(scope, id)));
    scope.node.addDependency(attachment);
    others.forEach((other) => expectOrder(appOf(stack), [resourceOf(attachment), other]));
  });

  test('waits for all attachments of the stack to the same target', () => {
    const stack = stackIn();
    const [first, second] = ['a', 'b'].map((name) => attach(stack, existing(), APPS.JupyterLab, name));
    const other = otherIn(stack);
    other.node.addDependency(first);
    expectOrder(appOf(stack), [versionOf(second), resourceOf(second), other]);
    Template.fromStack(stack).resourceCountIs(STUDIO_ATTACHMENTS, 1);
  });

  test('does not wait for other targets', () => {
    const stack = stackIn();
    const [first, second] = ['d-1', 'd-2'].map((id) => attachImport(stack, StudioTarget.existingDomain(id), id));
    const other = otherIn(stack);
    other.node.addDependency(first);
    expectOrder(appOf(stack), [resourceOf(first), other]);
    expectIndependent(appOf(stack), resourceOf(second), other);
  });

  test.each(TARGETS.filter(([name]) => name.endsWith(' domain')))('can be a space on %s, whose apps need the image', (_, makeTarget) => {
    const stack = stackIn();
    const target = makeTarget(stack);
    const attachment = attach(stack, target);
    const space = new sagemaker.CfnSpace(stack, 'Space', {
      domainId: (target._config.resource as sagemaker.CfnDomain | undefined)?.attrDomainId ?? 'd-1', spaceName: 'team',
    });
    space.node.addDependency(attachment);
    expectOrder(appOf(stack), [versionOf(attachment), resourceOf(attachment), space]);
  });

  test('can be another attachment, to an existing or an owned target', () => {
    const stack = stackIn();
    const attachments = [existing(), StudioTarget.existingDomain('d-2'), StudioTarget.domain(domainIn(stack)), StudioTarget.existingDomain('d-3')]
      .map((target, index) => attachImport(stack, target, `i${index}`));
    // Against the order of declaration.
    attachments.slice(1).forEach((attachment, index) => attachments[index].node.addDependency(attachment));
    expectOrder(appOf(stack), attachments.map(resourceOf).reverse());
  });

  test('can be another attachment to the same target, which makes no difference', () => {
    const stack = stackIn();
    const [first, second] = ['a', 'b'].map((name) => attach(stack, existing(), APPS.JupyterLab, name));
    const before = JSON.stringify(appOf(stack).synth().getStackByName('Stack').template);
    first.node.addDependency(second);
    second.node.addDependency(first);
    expect(problemsOf(appOf(stack))).toBeUndefined();
    expect(JSON.stringify(appOf(stack).synth().getStackByName('Stack').template)).toBe(before);
  });
});

describe('a dependency of an attachment', () => {
  test.each(COMBINATIONS.filter(({ where }) => where !== 'another stack'))('is awaited by $target, in $where', ({ makeTarget, makeScope }) => {
    const stack = stackIn();
    const attachment = attach(stack, makeTarget(stack));
    const scope = new Construct(makeScope(stack), 'Scope');
    const others = ['One', 'Two'].map((id) => otherIn(new Construct(scope, id)));
    attachment.node.addDependency(scope);
    others.forEach((other) => expectOrder(appOf(stack), [other, resourceOf(attachment)]));
  });

  test.each(TARGETS)('is awaited by %s, in another stack', (_, makeTarget) => {
    const app = new App();
    const other = otherIn(new Stack(app, 'Another', { env: HERE }));
    const stack = new Stack(app, 'Stack', { env: HERE });
    const attachment = attach(stack, makeTarget(stack));
    attachment.node.addDependency(other);
    expectOrder(app, [other, resourceOf(attachment)]);
    expect(stack.dependencies).toContain(other.stack);
  });

  test('is awaited by the resource that the attachment shares with others', () => {
    const stack = stackIn();
    const [, second] = ['a', 'b'].map((name) => attachImport(stack, existing(), name));
    const others = ['One', 'Two'].map((id) => otherIn(stack, id));
    second.node.addDependency(...others);
    others.forEach((other) => expectOrder(appOf(stack), [other, resourceOf(second)]));
  });
});

describe('a construct that contains attachments to an existing target', () => {
  const SHAPES: [string, (stack: Stack, target: StudioTarget) => { container: Construct; attachment: StudioAttachment }][] = [
    ['a StudioImage', (stack, target) => {
      const container = studioImageIn(stack, 'Torch', target);
      return { container, attachment: container.attachments[0] };
    }],
    ['a construct', (stack, target) => {
      const container = new Construct(stack, 'Container');
      return { container, attachment: attachImport(container, target) };
    }],
    ['a construct around others', (stack, target) => {
      const container = new Construct(stack, 'Container');
      return { container, attachment: attachImport(new Construct(new Construct(container, 'Outer'), 'Inner'), target) };
    }],
    ['a construct with several attachments', (stack, target) => {
      const container = new Construct(stack, 'Container');
      const [attachment] = ['a', 'b'].map((name) => attachImport(container, target, name));
      return { container, attachment };
    }],
  ];

  test.each(SHAPES)('makes what depends on it wait for the resource: %s', (_, make) => {
    const stack = stackIn();
    const { container, attachment } = make(stack, existing());
    const others = [otherIn(stack), otherIn(new Stack(appOf(stack), 'Another', { env: HERE }))];
    others.forEach((other) => other.node.addDependency(container));
    others.forEach((other) => expectOrder(appOf(stack), [resourceOf(attachment), other]));
  });

  test.each(SHAPES)('makes the resource wait for its own dependencies: %s', (_, make) => {
    const app = new App();
    const elsewhere = otherIn(new Stack(app, 'Another', { env: HERE }));
    const stack = new Stack(app, 'Stack', { env: HERE });
    const { container, attachment } = make(stack, existing());
    const others = [otherIn(stack), elsewhere];
    container.node.addDependency(...others);
    others.forEach((other) => expectOrder(app, [other, resourceOf(attachment)]));
  });

  test('makes what depends on it wait for the resources of all its targets', () => {
    const stack = stackIn();
    const container = new Construct(stack, 'Container');
    const attachments = ['d-1', 'd-2'].map((id) => attachImport(container, StudioTarget.existingDomain(id), id));
    const other = otherIn(stack);
    other.node.addDependency(container);
    attachments.forEach((attachment) => expectOrder(appOf(stack), [resourceOf(attachment), other]));
  });

  // The domain is not part of the image: it has dependencies of its own.
  test('has no such effect on an owned target', () => {
    const stack = stackIn();
    const domain = domainIn(stack);
    const { container, attachment } = SHAPES[1][1](stack, StudioTarget.domain(domain));
    const [before, after] = ['Before', 'After'].map((id) => otherIn(stack, id));
    container.node.addDependency(before);
    after.node.addDependency(container);
    expect(resourceOf(attachment)).toBe(domain);
    expectIndependent(appOf(stack), before, domain);
    expectIndependent(appOf(stack), domain, after);
  });

  test('can depend on another that is attached to the same target', () => {
    const stack = stackIn();
    const [one, two] = ['One', 'Two'].map((id) => studioImageIn(stack, id, existing()));
    one.node.addDependency(two);
    expectOrder(appOf(stack), [two.imageVersion, one.imageVersion, resourceOf(one.attachments[0])]);
  });

  test('can depend on another that is attached to another target', () => {
    const stack = stackIn();
    const [one, two] = ['One', 'Two'].map((id, index) => studioImageIn(stack, id, StudioTarget.existingDomain(`d-${index + 1}`)));
    one.node.addDependency(two);
    expectOrder(appOf(stack), [resourceOf(two.attachments[0]), one.imageVersion, resourceOf(one.attachments[0])]);
  });

  test('does not make what the resource needs wait for it', () => {
    const stack = stackIn();
    const shared = otherIn(stack, 'Shared');
    const one = studioImageIn(stack, 'One', existing());
    const two = studioImageIn(stack, 'Two', existing());
    shared.node.addDependency(one);
    two.imageVersion.node.addDependency(shared);
    // The resource needs the version of Two, which needs Shared. So Shared waits only for the image, the version and the configuration of One.
    expectOrder(appOf(stack), [one.imageVersion, shared, two.imageVersion, resourceOf(one.attachments[0])]);
    expectOrder(appOf(stack), [one.appImageConfigs[0], shared]);
    expect(warningsOf(stack).map(({ id }) => id)).toEqual(['cdk-sagemaker-images:studioExecutionRole']);
  });

  // CloudFormation sees the nested stack as one resource, which needs the version.
  test('does not make what the resource needs wait for it, if the resource is in a nested stack', () => {
    const stack = stackIn();
    const { version, config } = imageIn(stack);
    const shared = otherIn(stack, 'Shared');
    version.node.addDependency(shared);
    const container = new Construct(new NestedStack(stack, 'Nested'), 'Container');
    const attachment = new StudioAttachment(container, 'Attachment', { imageVersion: version, appImageConfig: config, target: existing() });
    shared.node.addDependency(container);
    const [problem] = problemsOf(appOf(stack)) ?? [];
    if (problem) {
      // Newer releases of aws-cdk-lib make `shared` wait for the whole nested stack, which cannot be deployed.
      expect(problem).toMatch(/^\[Stack\/Nested\/Container\/Attachment\] Stack\/Nested\/Container\/Attachment needs .*Stack\/Shared, which waits for it/);
    } else {
      expectOrder(appOf(stack), [shared, version, resourceOf(attachment)]);
    }
  });

  test('does not make what the resource needs wait for it, if that is in a nested stack', () => {
    const stack = stackIn();
    const container = new Construct(stack, 'Container');
    attachImport(container, existing(), 'a');
    const { version, config } = imageIn(new NestedStack(stack, 'Nested'));
    version.node.addDependency(container);
    const attachment = new StudioAttachment(stack, 'Attachment', { imageVersion: version, appImageConfig: config, target: existing() });
    expectOrder(appOf(stack), [version, resourceOf(attachment)]);
  });

  test('has attachments in a nested stack, whose resources count as well', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const container = new Construct(stack, 'Container');
    const nested = new NestedStack(container, 'Nested');
    const attachment = attachImport(nested, existing());
    const [before, after] = ['Before', 'After'].map((id) => otherIn(stack, id));
    container.node.addDependency(before);
    after.node.addDependency(container);
    expectOrder(app, [before, resourceOf(attachment), after]);
  });
});

describe('a circular dependency', () => {
  const MADE_AT_ONCE = 'are made at once, and need';
  const HELP = `. See ${TROUBLESHOOTING}#a-dependency-cycle`;
  const REMEDY = `which waits for one of them: remove that dependency, or make one of the attachments in another stack${HELP}`;

  /** Version B depends on attachment A, and both images are attached to the same target. */
  const circular = (stack: Stack, target: StudioTarget, ...between: CfnResource[]) => {
    const attachment = attach(stack, target, APPS.JupyterLab, 'a');
    const { version, config } = imageIn(stack, APPS.JupyterLab, 'b');
    const chain: IConstruct[] = [version, ...between, attachment];
    chain.slice(1).forEach((next, index) => chain[index].node.addDependency(next));
    new StudioAttachment(stack, 'b-attachment', { imageVersion: version, appImageConfig: config, target });
    return appOf(stack);
  };

  test.each<[string, (stack: Stack) => StudioTarget]>([
    ['an existing domain', existing],
    ['an owned domain', (stack) => StudioTarget.domain(domainIn(stack))],
  ])('of an image version and another attachment to %s is an error that names both attachments and the version', (_, makeTarget) => {
    const stack = stackIn();
    expect(problemsOf(circular(stack, makeTarget(stack)))).toEqual([
      `[Stack/a-attachment] Stack/a-attachment, Stack/b-attachment ${MADE_AT_ONCE} Stack/b/V/Resource, ${REMEDY}`,
    ]);
  });

  test('names no attachment to another target', () => {
    const stack = stackIn();
    attach(stack, StudioTarget.existingDomain('d-2'), APPS.JupyterLab, 'unrelated');
    expect(problemsOf(circular(stack, existing()))).toEqual([
      `[Stack/a-attachment] Stack/a-attachment, Stack/b-attachment ${MADE_AT_ONCE} Stack/b/V/Resource, ${REMEDY}`,
    ]);
  });

  test('names all resources between', () => {
    const stack = stackIn();
    const between = ['One', 'Two'].map((id) => otherIn(stack, id));
    expect(problemsOf(circular(stack, existing(), ...between))).toEqual([
      `[Stack/a-attachment] Stack/a-attachment, Stack/b-attachment ${MADE_AT_ONCE} Stack/b/V/Resource, which waits for Stack/One, `
      + `which waits for Stack/Two, ${REMEDY}`,
    ]);
  });

  test('of one attachment with a resource is an error', () => {
    const stack = stackIn();
    const attachment = attachImport(stack, existing());
    const other = otherIn(stack);
    other.node.addDependency(attachment);
    attachment.node.addDependency(other);
    expect(problemsOf(appOf(stack))).toEqual(['[Stack/torch-attachment] Stack/torch-attachment needs Stack/Other, which waits for it: '
      + `remove that dependency, or make one of the attachments in another stack${HELP}`]);
  });

  test('of a resource between two attachments to the same target is an error', () => {
    const stack = stackIn();
    const [first, second] = ['a', 'b'].map((name) => attachImport(stack, existing(), name));
    const other = otherIn(stack);
    other.node.addDependency(first);
    second.node.addDependency(other);
    expect(problemsOf(appOf(stack))).toEqual([`[Stack/a-attachment] Stack/a-attachment, Stack/b-attachment ${MADE_AT_ONCE} Stack/Other, ${REMEDY}`]);
  });

  test('of attachments to two targets is an error', () => {
    const stack = stackIn();
    const [a, b, c] = ['d-1', 'd-2', 'd-1'].map((id, index) => attachImport(stack, StudioTarget.existingDomain(id), `i${index}`));
    b.node.addDependency(a);
    c.node.addDependency(b);
    const problems = problemsOf(appOf(stack))!;
    expect(problems[0]).toMatch(new RegExp(
      `^\\[Stack/i0-attachment\\] Stack/i0-attachment, Stack/i2-attachment ${MADE_AT_ONCE} ${resourceOf(b).node.path.replace(/\$/g, '\\$')}, ${REMEDY}$`));
    expect(problems.every((problem) => /^\[Stack\/i\d-attachment\] /.test(problem))).toBe(true);
  });

  test('of attachments in a nested stack and a version outside is an error', () => {
    const stack = stackIn();
    const nested = new NestedStack(stack, 'Nested');
    const attachment = attach(nested, existing(), APPS.JupyterLab, 'a');
    const { version, config } = imageIn(stack, APPS.JupyterLab, 'b');
    version.node.addDependency(attachment);
    new StudioAttachment(nested, 'b-attachment', { imageVersion: version, appImageConfig: config, target: existing() });
    expect(problemsOf(appOf(stack))).toEqual([expect.stringMatching(new RegExp(
      `^\\[Stack/Nested/a-attachment\\] Stack/Nested/a-attachment, Stack/Nested/b-attachment ${MADE_AT_ONCE} .*Stack/b/V/Resource.*, ${REMEDY}$`))]);
  });

  test('of attachments and a version in a nested stack is an error', () => {
    const stack = stackIn();
    const attachment = attach(stack, existing(), APPS.JupyterLab, 'a');
    const { version, config } = imageIn(new NestedStack(stack, 'Nested'), APPS.JupyterLab, 'b');
    version.node.addDependency(attachment);
    new StudioAttachment(stack, 'b-attachment', { imageVersion: version, appImageConfig: config, target: existing() });
    expect(problemsOf(appOf(stack))).toEqual([expect.stringMatching(new RegExp(
      `^\\[Stack/a-attachment\\] Stack/a-attachment, Stack/b-attachment ${MADE_AT_ONCE} Stack/Nested.NestedStack/.*, ${REMEDY}$`))]);
  });

  // Two resources, one after the other.
  test('can be resolved by an attachment in another stack', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map((id) => new Stack(app, id, { env: HERE }));
    const attachment = attach(one, existing(), APPS.JupyterLab, 'a');
    const { version, config } = imageIn(one, APPS.JupyterLab, 'b');
    version.node.addDependency(attachment);
    const other = new StudioAttachment(two, 'b-attachment', { imageVersion: version, appImageConfig: config, target: existing() });
    expectOrder(app, [resourceOf(attachment), version, resourceOf(other)]);
  });

  test('is reported with the path in its stage, in each synth', () => {
    const app = new App();
    circular(new Stack(new Stage(app, 'Prod'), 'Stack', { env: HERE }), existing());
    const expected = [`[Prod/Stack/a-attachment] Prod/Stack/a-attachment, Prod/Stack/b-attachment ${MADE_AT_ONCE} Prod/Stack/b/V/Resource, ${REMEDY}`];
    expect([problemsOf(app), problemsOf(app)]).toEqual([expected, expected]);
  });
});

describe('dependencies in a stage', () => {
  test('count like those in an app', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod');
    const stack = new Stack(stage, 'Stack', { env: HERE });
    const attachment = attachImport(stack, existing());
    const [before, after] = [otherIn(new Stack(stage, 'Before', { env: HERE })), otherIn(new Stack(stage, 'After', { env: HERE }))];
    attachment.node.addDependency(before);
    after.node.addDependency(attachment);
    expectOrder(app, [before, resourceOf(attachment), after]);
  });

  test('do not affect another stage', () => {
    const app = new App();
    const attachments = ['One', 'Two'].map((id) => attachImport(new Stack(new Stage(app, id), 'Stack', { env: HERE }), existing()));
    const others = attachments.map((attachment) => otherIn(Stack.of(attachment)));
    others[0].node.addDependency(attachments[0]);
    expectOrder(app, [resourceOf(attachments[0]), others[0]]);
    expectIndependent(app, resourceOf(attachments[1]), others[1]);
  });
});

describe('a second synth', () => {
  const scene = () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: HERE });
    const container = new Construct(stack, 'Container');
    const attachment = attachImport(container, existing());
    const [before, around, after, afterAll] = ['Before', 'Around', 'After', 'AfterAll'].map((id) => otherIn(stack, id));
    return { app, stack, container, attachment, before, around, after, afterAll };
  };
  const templateOf = (app: App) => app.synth({ force: true }).getStackByName('Stack').template;

  test('has the same result', () => {
    const { app, container, attachment, before, around, after, afterAll } = scene();
    attachment.node.addDependency(before);
    container.node.addDependency(around);
    after.node.addDependency(attachment);
    afterAll.node.addDependency(container);
    const first = templateOf(app);
    expect(templateOf(app)).toEqual(first);
    [before, around].forEach((one) => [after, afterAll].forEach((other) => expectOrder(app, [one, resourceOf(attachment), other])));
  });

  test('includes dependencies that were added after the first', () => {
    const { app, container, attachment, before, around, after, afterAll } = scene();
    templateOf(app);
    attachment.node.addDependency(before);
    container.node.addDependency(around);
    after.node.addDependency(attachment);
    afterAll.node.addDependency(container);
    templateOf(app);
    [before, around].forEach((one) => [after, afterAll].forEach((other) => expectOrder(app, [one, resourceOf(attachment), other])));
  });
});

// All attachments to one target are one node of the graph, which is the only way to get a cycle.
test('any dependencies of and on attachments count, or are an error if they are circular', () => {
  const NODES = ['a0', 'a1', 'a2', 'r0', 'r1', 'r2', 'r3'];
  const arbitrary = fc.record({
    order: fc.shuffledSubarray(NODES, { minLength: NODES.length }),
    pairs: fc.uniqueArray(fc.tuple(fc.nat(NODES.length - 1), fc.nat(NODES.length - 1)), { maxLength: 8, selector: String }),
    isOwned: fc.boolean(),
  });
  fc.assert(fc.property(arbitrary, ({ order, pairs, isOwned }) => {
    const stack = stackIn();
    const target = isOwned ? StudioTarget.domain(domainIn(stack)) : existing();
    const constructs = new Map<string, Construct>(NODES.map((name) => [name, name.startsWith('a') ? attachImport(stack, target, name) : otherIn(stack, name)]));
    // Without a cycle, as long as each attachment counts for itself.
    const edges = pairs.filter(([source, dependency]) => source > dependency).map((pair) => pair.map((index) => order[index]));
    edges.forEach(([source, dependency]) => constructs.get(source)!.node.addDependency(constructs.get(dependency)!));

    const nodeOf = (name: string) => name.startsWith('a') ? 'shared' : name;
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean => edges
      .filter(([source]) => nodeOf(source) === from)
      .map(([, dependency]) => nodeOf(dependency))
      // An attachment that depends on another to the same target is made with it.
      .filter((next) => !(from === 'shared' && next === 'shared'))
      .some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    if (reaches('shared', 'shared')) {
      expect(problemsOf(appOf(stack))).toEqual([expect.stringMatching(/^\[Stack\/a0-attachment\] Stack\/a0-attachment, Stack\/a1-attachment, Stack\/a2-attachment are made at once, and need /)]);
    } else {
      const graph = DeploymentGraph.of(appOf(stack));
      expect(graph.cycle()).toBeUndefined();
      const resourceFor = (name: string) => name.startsWith('a') ? resourceOf(constructs.get(name) as StudioAttachment) : constructs.get(name)!;
      const distinct = edges.filter((edge) => nodeOf(edge[0]) !== nodeOf(edge[1]));
      expect(distinct.filter(([source, dependency]) => !graph.waitsFor(resourceFor(source), resourceFor(dependency)))).toEqual([]);
    }
  }), runs(60));
});
