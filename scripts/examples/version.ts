import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { EXAMPLES } from './synth';

/** Where an example has to name the version of this library; Python takes the newest. */
const PLACES: Record<string, RegExp> = {
  'java/pom.xml': /(?<=<cdk\.sagemaker\.images\.version>)[^<]+/,
  'go/go.mod': /(?<=\/cdksagemakerimages v)\S+/,
  'csharp/Quickstart.csproj': /(?<=Include="CdkSagemakerImages" Version=")[^"]+/,
};

/** The version that each example names. */
export function versionsOfExamples(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(PLACES).map(([file, place]) => [file, place.exec(readFileSync(join(EXAMPLES, file), 'utf8'))?.[0]]));
}

/**
 * Makes examples, or copies of them, use a version.
 *
 * @param folders where they are, by the name of their folder under examples/
 */
export function setVersionOfExamples(version: string, folders: Record<string, string>): void {
  for (const [file, place] of Object.entries(PLACES)) {
    const [name, manifest] = file.split('/');
    if (folders[name]) {
      const path = join(folders[name], manifest);
      writeFileSync(path, readFileSync(path, 'utf8').replace(place, version));
    }
  }
}
