import { readdirSync, readFileSync } from 'fs';
import { dirname, join, relative } from 'path';

const ROOT = join(__dirname, '..', '..', '..', 'src', 'provider', 'handler');

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

/** The imports of each module, by its path relative to the handler folder. Packages are imported by name. */
const modules = new Map(readdirSync(ROOT, { recursive: true }).map(String).filter((file) => file.endsWith('.ts')).map((file) => {
  const imports = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^import (type )?(?:[^;]*? from )?'([^']+)';/gm)].map(([, type, name]): Import => ({
    from: name.startsWith('.') ? resolved(file, name) : name,
    typesOnly: Boolean(type),
  }));
  return [file.replace(/\.ts$/, ''), imports];
}));

function resolved(file: string, name: string): string {
  const path = relative(ROOT, join(ROOT, dirname(file), name));
  return readdirSync(join(ROOT, dirname(path))).includes(`${path.split('/').pop()}.ts`) ? path : join(path, 'index');
}

/** The modules that a module loads, directly and indirectly. */
function loadedWith(module: string, seen = new Set<string>()): Set<string> {
  for (const { from, typesOnly } of modules.get(module) ?? []) {
    if (!typesOnly && !seen.has(from)) {
      seen.add(from);
      loadedWith(from, seen);
    }
  }
  return seen;
}

const isSdk = (name: string) => name.startsWith('@');
/** The modules that call SageMaker. */
const EDGE = ['service/client', 'service/images', 'service/runtime-sdk', 'attachments/studio', 'container-image/registry', 'service/download', 'image-feed/pushed-images', 'image-feed/versions'];

test('only the modules at the edge import the SDK', () => {
  expect([...modules].filter(([, imports]) => imports.some(({ from }) => isSdk(from))).map(([module]) => module).sort()).toEqual(['service/client']);
});

test.each(['attachments/decide', 'attachments/goal', 'attachments/properties', 'container-image/decide', 'container-image/memory', 'container-image/properties', 'failed-versions/reasons', 'failed-versions/report', 'image-alias/decide', 'image-alias/properties', 'image-feed/labels', 'image-feed/order', 'image-feed/places', 'image-feed/properties', 'image-feed/release-notes', 'image-feed/tags', 'image-retention/plan', 'image-retention/properties', 'image-retention/references', 'image-retention/report', 'image-version-list/decide', 'image-version-list/properties', 'image-version-lookup/decide', 'image-version-lookup/selector', 'converge', 'retries'])(
  '%s decides without the SDK', (module) => {
    expect(modules.has(module)).toBe(true);
    expect([...loadedWith(module)].filter((name) => isSdk(name) || EDGE.includes(name))).toEqual([]);
  });

test.each(EDGE)('%s does not import decisions, not even their types', (module) => {
  const others = modules.get(module)!.map(({ from }) => from).filter((name) => !isSdk(name));
  expect(others.filter((name) => !/^service\/|\/model$|^https$/.test(name))).toEqual([]);
});

test('lifecycle, service and the loop do not import kinds of custom resources', () => {
  const general = [...modules.keys()].filter((module) => /^(lifecycle|service)\/|^(converge|retries)$/.test(module));
  expect(general.flatMap((module) => modules.get(module)!).map(({ from }) => from).filter((name) => name.includes('/') && !/^(lifecycle|service|@smithy|@aws-sdk|\.\.\/\.\.\/private)\//.test(name)))
    .toEqual(['../kinds/rule-event', '../kinds/image-version']);
});

test('there are no circular imports, including types', () => {
  const withTypes = (module: string, seen = new Set<string>()): Set<string> => {
    (modules.get(module) ?? []).filter(({ from }) => !seen.has(from)).forEach(({ from }) => withTypes(from, seen.add(from)));
    return seen;
  };
  expect([...modules.keys()].filter((module) => withTypes(module).has(module))).toEqual([]);
});
