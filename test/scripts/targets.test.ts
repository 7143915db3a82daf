import { spawnSync } from 'child_process';
import { leftOut } from '../../scripts/package/targets';

jest.mock('child_process');
const programs = (...there: string[]) =>
  jest.mocked(spawnSync).mockImplementation((command) => ({ status: there.includes(command) ? 0 : null }) as any);

describe('a language', () => {
  const { REQUIRE_LANGUAGES, ...env } = process.env;
  beforeEach(() => { process.env = { ...env }; });

  test('is not left out where its tools are', () => {
    programs('java', 'mvn');
    process.env.REQUIRE_LANGUAGES = 'java';
    expect(leftOut('java')).toBeUndefined();
  });

  test('is left out where they are not, and it is said which', () => {
    programs('java');
    process.env.REQUIRE_LANGUAGES = 'python,go';
    expect(leftOut('java')).toBe('mvn not found');
  });

  test('that is required and has no tools is an error', () => {
    programs('python3');
    process.env.REQUIRE_LANGUAGES = 'python, dotnet';
    expect(leftOut('python')).toBeUndefined();
    expect(() => leftOut('dotnet')).toThrow('dotnet: dotnet not found, and REQUIRE_LANGUAGES asks for it');
  });

  test('that nobody knows cannot be required', () => {
    programs();
    process.env.REQUIRE_LANGUAGES = 'python,csharp';
    expect(() => leftOut('go')).toThrow("REQUIRE_LANGUAGES names 'csharp': choose from js, python, java, go, dotnet");
  });
});
