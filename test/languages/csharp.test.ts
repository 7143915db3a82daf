import { readdirSync } from 'fs';
import { join } from 'path';
import { DIST, Project, VERSION } from './project';
import { CONTEXTS, typeScriptTemplate } from './typescript';
import { setVersionOfExamples } from '../../scripts/examples/version';
import { leftOut } from '../../scripts/package/targets';

const PACMAK = join(__dirname, '..', '..', 'node_modules', '.bin', 'jsii-pacmak');
const SOURCES = join('dotnet', 'CdkSagemakerImages', 'CdkSagemakerImages');
/** What the example has from this library: a class that it creates, or a class and its static member. */
const OURS = new RegExp([
  /\bnew ((?:Image|Studio|AppImageConfig)\w*)\b/.source,
  /\b(BaseImage|MlFramework|ProgrammingLang|Processor|JobType|VendorGuidance|StudioApp|StudioTarget)\.(\w+)\b/.source,
].join('|'), 'g');

// Without a .NET SDK the sources are read and not compiled.
describe('examples/csharp', () => {
  let project: Project;
  let published: Project;

  beforeAll(async () => {
    project = new Project('csharp', ['examples/csharp']);
    published = new Project('csharp-published', ['test/languages/parse']);
    await published.must(`${PACMAK} --code-only --target dotnet --outdir ${published.folder} ../../..`);
    await published.must('[ -x .venv/bin/python ] || python3 -m venv .venv');
    await published.must('.venv/bin/pip install --quiet tree-sitter==0.25.2 tree-sitter-c-sharp==0.23.1');
  });

  test('is C#, and so is what is published for it', async () => {
    expect(await published.run(`python parse.py . ${project.folder}`)).toEqual({ ok: true, output: '' });
  });

  test('uses what is published', () => {
    const files = readdirSync(join(published.folder, SOURCES));
    const used = [...['Program.cs', 'QuickstartStack.cs'].map((file) => project.read(file)).join('\n').matchAll(OURS)];
    expect(used.length).toBeGreaterThan(20);
    for (const [, created, type, member = created] of used) {
      expect(files).toContain(`${created ?? type}.cs`);
      const code = published.read(join(SOURCES, `${created ?? type}.cs`)).replace(/^ *\/\/.*$/gm, '');
      expect(code).toMatch(new RegExp(`\\b${member}\\b`));
    }
  });

  const reason = leftOut('dotnet');
  if (reason) {
    process.stderr.write(`SKIPPED: building examples/csharp, ${reason}\n`);
  }

  (reason ? test.skip : test)('makes the template of the TypeScript app', async () => {
    // NuGet would keep the 0.0.0 that was built before, and takes what this package needs from the usual source.
    Object.assign(project.env, { NUGET_PACKAGES: join(project.folder, '.nuget'), RestoreAdditionalProjectSources: join(DIST, 'dotnet') });
    setVersionOfExamples(VERSION, { csharp: project.folder });
    await project.must('dotnet build --nologo');
    for (const context of CONTEXTS) {
      expect(await project.synth('Quickstart', context)).toEqual(typeScriptTemplate(context));
    }
  });
});
