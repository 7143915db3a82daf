/**
 * `npm run package`: builds the packages for all languages in dist/.
 *
 * `npm run package -- js python` builds only some of them. Packages whose inputs did not change are not rebuilt, so that test
 * runs and builds share them; `rm -r dist` forces a rebuild. A language whose tools are not installed is skipped with a message,
 * or is an error if it was requested by name. For .NET, the sources are generated even without its tools.
 */
import { spawnSync } from 'child_process';
import { join } from 'path';
import { ensureBundle } from './bundle';
import { withCaches } from './package/caches';
import { packReadme } from './package/readme';
import { missingTools, Target, TARGETS } from './package/targets';
import { contents, forget, isUnchanged, remember } from './package/unchanged';

const ROOT = join(__dirname, '..');

async function main(args: string[]): Promise<number> {
  const unknown = args.filter((arg) => !TARGETS.includes(arg as Target));
  if (unknown.length > 0) {
    console.error(`unknown target ${unknown.map((arg) => `'${arg}'`).join(', ')}: choose from ${TARGETS.join(', ')}`);
    return 2;
  }
  const started = Date.now();
  const wanted = args.length > 0 ? args as Target[] : TARGETS;
  const lacking = wanted.map((target) => ({ target, missing: missingTools(target) })).filter(({ missing }) => missing.length > 0);
  for (const { target, missing } of lacking) {
    console.log(`${target}: ${missing.join(' and ')} not found, ${target === 'dotnet' ? 'so the sources are generated but not compiled' : 'so no package is built'}`);
  }
  const incomplete = lacking.map(({ target }) => target);
  if (args.length > 0 && incomplete.some((target) => target !== 'dotnet')) {
    return 1;
  }

  await ensureBundle();
  const made = contents();
  const changed = wanted.filter((target) => !isUnchanged(target, made));
  wanted.filter((target) => !changed.includes(target)).forEach((target) => console.log(`${target}: dist/${target} is up to date`));
  if (changed.length === 0) {
    return 0;
  }
  changed.forEach(forget);
  // Translates the snippets. Those of this library must compile.
  run('jsii-rosetta', ['extract', '--compile', '--fail', '--strict', '.']);
  packReadme();
  const complete = changed.filter((target) => !incomplete.includes(target));
  if (complete.length > 0) {
    pacmak(complete);
  }
  if (changed.includes('dotnet') && incomplete.includes('dotnet')) {
    pacmak(['dotnet'], '--code-only');
  }
  complete.forEach((target) => remember(target, made));
  console.log(`packaged in ${Math.round((Date.now() - started) / 1000)} s`);
  return 0;
}

/** Builds all languages in one call, so that they are built in parallel. */
function pacmak(targets: Target[], ...args: string[]): void {
  run('jsii-pacmak', ['-v', '--no-npmignore', '--rosetta-unknown-snippets', 'fail', ...args, ...targets.flatMap((target) => ['--target', target])]);
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(join(ROOT, 'node_modules', '.bin', command), args, { cwd: ROOT, env: withCaches(), stdio: 'inherit' });
  if (status !== 0) {
    throw new Error(`${command} failed`);
  }
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error: Error) => {
    console.error(`${error.message}: see above`);
    process.exitCode = 1;
  },
);
