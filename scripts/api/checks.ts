import { readFileSync } from 'fs';
import { join } from 'path';
import { Exceptions, judge, readAwslint, readDiff } from './findings';
import { renamedParameters } from './parameters';
import { hasBaseline, readBreakingChanges, readPresent, readReleased, staleBaseline, unpackBaseline } from './released';
import { brokenTraits } from './traits';
import { Shell } from '../checks';
import { Counts } from '../counts';

const ROOT = join(__dirname, '..', '..');

/** Checks that the released API is not broken, except for changes with a reason in api/breaking-changes.json. */
export async function checkCompatibility(shell: Shell): Promise<Counts> {
  if (!hasBaseline()) {
    shell.log('api/released.json does not exist: restore it from the last release, or record the current API (npm run api:baseline)');
    return { passed: 0, failed: 1 };
  }
  const folder = join(ROOT, '.build', 'api', 'released');
  unpackBaseline(folder);
  const ended = await shell.exec(`npx jsii-diff --keys --error-on all ${folder} .`);
  const [released, present] = [readReleased(), readPresent()];
  const findings = new Map([...readDiff(shell.output), ...renamedParameters(released, present), ...brokenTraits(released, present)]);
  return verdict(shell, ended, [...staleBaseline(), ...judge(findings, readBreakingChanges())]);
}

/** Checks the CDK's API rules, except for violations with a reason in api/awslint.json. */
export async function checkDesign(shell: Shell): Promise<Counts> {
  const exceptions: Exceptions = JSON.parse(readFileSync(join(ROOT, 'api', 'awslint.json'), 'utf8'));
  const ended = await shell.exec('npx awslint --no-compile --no-config', { FORCE_COLOR: '0' });
  return verdict(shell, ended, judge(readAwslint(shell.output), exceptions));
}

/** Both tools fail if they have findings, and if they crash, in which case there are no findings. */
function verdict(shell: Shell, ended: boolean, problems: string[]): Counts {
  const crashed = !ended && problems.length === 0 && readDiff(shell.output).size + readAwslint(shell.output).size === 0;
  problems.forEach((problem) => shell.log(problem));
  return problems.length > 0 || crashed ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
}
