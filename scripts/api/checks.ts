import { readFileSync } from 'fs';
import { join } from 'path';
import { Exceptions, judge, readAwslint, readDiff } from './findings';
import { renamedParameters } from './parameters';
import { hasBaseline, readBreakingChanges, readPresent, readReleased, staleBaseline, unpackBaseline } from './released';
import { brokenTraits } from './traits';
import { Shell } from '../checks';
import { Counts } from '../counts';

const ROOT = join(__dirname, '..', '..');

/** Nothing that was released is broken, but for what has an entry with a reason in api/breaking-changes.json. */
export async function checkCompatibility(shell: Shell): Promise<Counts> {
  if (!hasBaseline()) {
    shell.log('api/released.json is not there: take it from the last release, or make the present API the one to compare with (npm run api:baseline)');
    return { passed: 0, failed: 1 };
  }
  const folder = join(ROOT, '.build', 'api', 'released');
  unpackBaseline(folder);
  const ended = await shell.exec(`npx jsii-diff --keys --error-on all ${folder} .`);
  const [released, present] = [readReleased(), readPresent()];
  const findings = new Map([...readDiff(shell.output), ...renamedParameters(released, present), ...brokenTraits(released, present)]);
  return verdict(shell, ended, [...staleBaseline(), ...judge(findings, readBreakingChanges())]);
}

/** The CDK's own rules for APIs are kept, but for what has an entry with a reason in api/awslint.json. */
export async function checkDesign(shell: Shell): Promise<Counts> {
  const exceptions: Exceptions = JSON.parse(readFileSync(join(ROOT, 'api', 'awslint.json'), 'utf8'));
  const ended = await shell.exec('npx awslint --no-compile --no-config', { FORCE_COLOR: '0' });
  return verdict(shell, ended, judge(readAwslint(shell.output), exceptions));
}

/** Both tools fail when they find something, and when they break: then they find nothing. */
function verdict(shell: Shell, ended: boolean, problems: string[]): Counts {
  const broke = !ended && problems.length === 0 && readDiff(shell.output).size + readAwslint(shell.output).size === 0;
  problems.forEach((problem) => shell.log(problem));
  return problems.length > 0 || broke ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 };
}
