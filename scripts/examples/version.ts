import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { EXAMPLES } from './synth';

/** Matches the version of this library in the manifest of each example. The Python example uses the newest one. */
const VERSIONS: Record<string, RegExp> = {
  'java/pom.xml': /(?<=<cdk\.sagemaker\.images\.version>)[^<]+/,
  'go/go.mod': /(?<=\/cdksagemakerimages v)\S+/,
  'csharp/Quickstart.csproj': /(?<=Include="CdkSagemakerImages" Version=")[^"]+/,
};

/** Returns the version that each example uses. */
export function versionsOfExamples(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(VERSIONS).map(([file, pattern]) => [file, pattern.exec(readFileSync(join(EXAMPLES, file), 'utf8'))?.[0]]));
}

/**
 * Sets the version that examples or copies of them use.
 *
 * @param folders the folder of each example, by its name under examples/
 */
export function setVersionOfExamples(version: string, folders: Record<string, string>): void {
  for (const [file, pattern] of Object.entries(VERSIONS)) {
    const [name, manifest] = file.split('/');
    if (folders[name]) {
      const path = join(folders[name], manifest);
      writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, version));
    }
  }
}
