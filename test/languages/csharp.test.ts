import { readdirSync } from 'fs';
import { join } from 'path';
import { stepsIn } from './document';
import { installExample, releasesIn } from './example';
import { testPage, textOf } from './page';
import { Project, VERSION } from './project';
import { CONTEXTS, templatesOf, typeScriptTemplates } from './typescript';
import { STEPS } from '../../scripts/demo/quickstart';
import { setVersionOfExamples } from '../../scripts/examples/version';
import { leftOut } from '../../scripts/package/targets';

const PACMAK = join(__dirname, '..', '..', 'node_modules', '.bin', 'jsii-pacmak');
const SOURCES = join('dotnet', 'CdkSagemakerImages', 'CdkSagemakerImages');
/** Matches uses of this library in the example: the creation of a class, or a static member of a class. */
const OURS = new RegExp([
  /\bnew ((?:Image|Studio|AppImageConfig)\w*)\b/.source,
  /\b(BaseImage|Image|ImageVersionSelector|ImageVersionStatus|MlFramework|ProgrammingLang|Processor|JobType|Refresh|VendorGuidance|StudioApp|StudioTarget)\.(\w+)\b/.source,
].join('|'), 'g');

/** NuGet would reuse an earlier build of version 0.0.0 from its cache. */
function ownCache(project: Project): void {
  project.env.NUGET_PACKAGES = join(project.folder, '.nuget');
}

let example: Project;
/** The files of the page, without those that `cdk init` generates, which needs a .NET SDK. */
let page: Project;
let published: Project;

// Without a .NET SDK, the sources are parsed but not compiled.
beforeAll(async () => {
  example = new Project('csharp', ['examples/csharp']);
  page = new Project('csharp-page', []);
  await page.follow(stepsIn(textOf('csharp'), 'Create the app').filter((step) => 'file' in step));
  published = new Project('csharp-published', ['test/languages/parse']);
  await published.must(`${PACMAK} --code-only --target dotnet --outdir ${published.folder} ../../..`);
  await published.must('[ -x .venv/bin/python ] || python3 -m venv .venv');
  await published.must('.venv/bin/pip install --quiet tree-sitter==0.25.2 tree-sitter-c-sharp==0.23.1');
});

test('the generated package is valid C#', async () => {
  expect(await published.run('python parse.py .')).toEqual({ ok: true, output: '' });
});

describe.each([
  { name: 'examples/csharp', app: () => example, sources: ['Program.cs', 'QuickstartStack.cs', 'ReleasesStack.cs', 'ExistingImageStack.cs'], uses: 70 },
  { name: 'docs/getting-started/csharp.md', app: () => page, sources: ['src/Notebooks/NotebooksStack.cs'], uses: 5 },
])('$name', ({ app, sources, uses }) => {
  test('is valid C#', async () => {
    expect(await published.run(`python parse.py ${app().folder}`)).toEqual({ ok: true, output: '' });
  });

  test('uses only members of the generated package', () => {
    const files = readdirSync(join(published.folder, SOURCES));
    const used = [...sources.map((file) => app().read(file)).join('\n').matchAll(OURS)];
    expect(used.length).toBeGreaterThanOrEqual(uses);
    for (const [, created, type, member = created] of used) {
      expect(files).toContain(`${created ?? type}.cs`);
      const code = published.read(join(SOURCES, `${created ?? type}.cs`)).replace(/^ *\/\/.*$/gm, '');
      expect(code).toMatch(new RegExp(`\\b${member}\\b`));
    }
  });
});

describe('examples/csharp', () => {
  const reason = leftOut('dotnet');
  if (reason) {
    process.stderr.write(`SKIPPED: building examples/csharp, ${reason}\n`);
  }

  (reason ? test.skip : test)('synthesizes the same templates as the TypeScript app', async () => {
    ownCache(example);
    setVersionOfExamples(VERSION, { csharp: example.folder });
    await installExample(example);
    for (const context of CONTEXTS) {
      expect(await templatesOf(example, context)).toEqual(typeScriptTemplates(context));
    }
  });

  test('has a README with the commands of all releases', () => {
    expect(releasesIn(example)).toEqual(STEPS.map(({ command }) => `npx ${command}`));
  });
});

testPage({ name: 'csharp', target: 'dotnet', stack: 'src/Notebooks/NotebooksStack.cs', prepare: async (project) => ownCache(project) });
