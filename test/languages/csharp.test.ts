import { readdirSync } from 'fs';
import { join } from 'path';
import { DIST, Project, VERSION } from './project';
import { CONTEXTS, typeScriptTemplate } from './typescript';
import { setVersionOfExamples } from '../../scripts/examples/version';
import { leftOut } from '../../scripts/package/targets';

const PACMAK = join(__dirname, '..', '..', 'node_modules', '.bin', 'jsii-pacmak');
const SOURCES = join('dotnet', 'CdkSagemakerImages', 'CdkSagemakerImages');
/** Matches uses of this library in the example: the creation of a class, or a static member of a class. */
const OURS = new RegExp([
  /\bnew ((?:Image|Studio|AppImageConfig)\w*)\b/.source,
  /\b(BaseImage|MlFramework|ProgrammingLang|Processor|JobType|VendorGuidance|StudioApp|StudioTarget)\.(\w+)\b/.source,
].join('|'), 'g');

// Without a .NET SDK, the sources are parsed but not compiled.
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

  test('is valid C#, and so is the generated package', async () => {
    expect(await published.run(`python parse.py . ${project.folder}`)).toEqual({ ok: true, output: '' });
  });

  test('uses only members of the generated package', () => {
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

  (reason ? test.skip : test)('synthesizes the same template as the TypeScript app', async () => {
    // NuGet would reuse an earlier build of version 0.0.0 from its cache. Other packages come from the default source.
    Object.assign(project.env, { NUGET_PACKAGES: join(project.folder, '.nuget'), RestoreAdditionalProjectSources: join(DIST, 'dotnet') });
    setVersionOfExamples(VERSION, { csharp: project.folder });
    await project.must('dotnet build --nologo');
    for (const context of CONTEXTS) {
      expect(await project.synth('Quickstart', context)).toEqual(typeScriptTemplate(context));
    }
  });
});
