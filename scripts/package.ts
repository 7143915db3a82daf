/**
 * `npm run package`: what is published, for every language, under dist/.
 *
 * `npm run package -- js python` builds some of it. What was built of the same files stays: a test run and a build share it,
 * and `rm -r dist` starts anew. A language whose tools are not on this machine is left out and said
 * so, unless it was asked for by name; of .NET the sources are made even then.
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
    console.log(`${target}: ${missing.join(' and ')} not found, ${target === 'dotnet' ? 'so the sources are made and not compiled' : 'so there is no package'}`);
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
  // Translations of the snippets: those of this library have to be there, and to compile.
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

/** One call for all languages: they are built side by side. */
function pacmak(targets: Target[], ...args: string[]): void {
  run('jsii-pacmak', ['-v', '--rosetta-unknown-snippets', 'fail', ...args, ...targets.flatMap((target) => ['--target', target])]);
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
