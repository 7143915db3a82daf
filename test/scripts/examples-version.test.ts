import { cpSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { EXAMPLES } from '../../scripts/examples/synth';
import { setVersionOfExamples, versionsOfExamples } from '../../scripts/examples/version';

test('the examples in other languages use the same version', () => {
  const versions = Object.values(versionsOfExamples());
  expect(versions).toHaveLength(3);
  expect(new Set(versions).size).toBe(1);
  expect(versions[0]).toMatch(/^\d+\.\d+\.\d+$/);
});

test('setting the version changes nothing else', () => {
  const copies = mkdtempSync(join(tmpdir(), 'examples-'));
  try {
    for (const [name, manifest] of [['java', 'pom.xml'], ['go', 'go.mod'], ['csharp', 'Quickstart.csproj']]) {
      cpSync(join(EXAMPLES, name), join(copies, name), { recursive: true });
      const before = readFileSync(join(copies, name, manifest), 'utf8');
      setVersionOfExamples('12.34.56', { [name]: join(copies, name) });
      const after = readFileSync(join(copies, name, manifest), 'utf8');
      expect(after).toContain('12.34.56');
      expect(after.replace('12.34.56', versionsOfExamples()[`${name}/${manifest}`]!)).toBe(before);
    }
  } finally {
    rmSync(copies, { recursive: true });
  }
});
