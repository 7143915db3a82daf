import { spawnSync } from 'child_process';
import { leftOut } from '../../scripts/package/targets';

jest.mock('child_process');
const programs = (...there: string[]) =>
  jest.mocked(spawnSync).mockImplementation((command) => ({ status: there.includes(command) ? 0 : null }) as any);

describe('a language', () => {
  const { REQUIRE_LANGUAGES, ...env } = process.env;
  beforeEach(() => { process.env = { ...env }; });

  test('is not skipped if its tools are installed', () => {
    programs('java', 'mvn');
    process.env.REQUIRE_LANGUAGES = 'java';
    expect(leftOut('java')).toBeUndefined();
  });

  test('is skipped with a reason if a tool is missing', () => {
    programs('java');
    process.env.REQUIRE_LANGUAGES = 'python,go';
    expect(leftOut('java')).toBe('mvn not found');
  });

  test('is an error if it is required and a tool is missing', () => {
    programs('python3');
    process.env.REQUIRE_LANGUAGES = 'python, dotnet';
    expect(leftOut('python')).toBeUndefined();
    expect(() => leftOut('dotnet')).toThrow('dotnet: dotnet not found, but REQUIRE_LANGUAGES contains dotnet');
  });

  test('cannot be required if it is unknown', () => {
    programs();
    process.env.REQUIRE_LANGUAGES = 'python,csharp';
    expect(() => leftOut('go')).toThrow("REQUIRE_LANGUAGES contains unknown languages 'csharp': choose from js, python, java, go, dotnet");
  });
});
