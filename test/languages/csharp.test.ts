import { readdirSync } from 'fs';
import { join } from 'path';
import { Project } from './project';

const PACMAK = join(__dirname, '..', '..', 'node_modules', '.bin', 'jsii-pacmak');
const SOURCES = join('dist', 'dotnet', 'CdkSagemakerImages', 'CdkSagemakerImages');
/** What the example has from this library: a class that it creates, or a class and its static member. */
const OURS = /\b(?:new (Image\w*)|(BaseImage|MlFramework|ProgrammingLang|Processor|JobType|VendorGuidance)\.(\w+))\b/g;

// Without a .NET SDK the sources are read and not compiled; `npm run package` compiles them where one is.
describe('examples/csharp', () => {
  let project: Project;

  beforeAll(async () => {
    project = new Project('csharp', ['examples/csharp', 'test/languages/parse']);
    await project.must(`${PACMAK} --code-only --target dotnet --outdir ${project.folder}/dist ../../..`);
    await project.must('[ -x .venv/bin/python ] || python3 -m venv .venv');
    await project.must('.venv/bin/pip install --quiet tree-sitter==0.25.2 tree-sitter-c-sharp==0.23.1');
  });

  test('is C#, and so is what is published for it', async () => {
    expect(await project.run('python parse.py .')).toEqual({ ok: true, output: '' });
  });

  test('uses what is published', () => {
    const published = readdirSync(join(project.folder, SOURCES));
    const used = [...['Program.cs', 'QuickstartStack.cs'].map((file) => project.read(file)).join('\n').matchAll(OURS)];
    expect(used.length).toBeGreaterThan(10);
    for (const [, created, type, member = created] of used) {
      expect(published).toContain(`${created ?? type}.cs`);
      const code = project.read(join(SOURCES, `${created ?? type}.cs`)).replace(/^ *\/\/.*$/gm, '');
      expect(code).toMatch(new RegExp(`\\b${member}\\b`));
    }
  });
});
