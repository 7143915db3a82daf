import { mkdirSync, rmSync, symlinkSync } from 'fs';
import { dirname, join } from 'path';
import { testLanguage } from './contract';
import { useOfflineAws } from './offline';
import { testPage } from './page';
import { Project, PROJECTS, VERSION } from './project';
import { setVersionOfExamples } from '../../scripts/examples/version';
import { MAVEN_REPOSITORY } from '../../scripts/package/caches';

/** Makes the Maven repository of the tests the one in the home folder. */
function useHome(project: Project): void {
  project.env.HOME = join(PROJECTS, 'java-home');
  const repository = join(project.env.HOME, '.m2', 'repository');
  mkdirSync(dirname(repository), { recursive: true });
  mkdirSync(MAVEN_REPOSITORY, { recursive: true });
  rmSync(repository, { force: true });
  symlinkSync(MAVEN_REPOSITORY, repository);
}

testLanguage({
  name: 'java',
  target: 'java',
  offline: useOfflineAws(),
  prepare: async (project) => {
    useHome(project);
    setVersionOfExamples(VERSION, { java: project.folder });
  },
  mistakes: async (project) => {
    await project.must('mvn --quiet --batch-mode exec:java -Dexec.mainClass=com.example.Mistakes');
    const jars = `$(find ${MAVEN_REPOSITORY} -name '*.jar' | tr '\\n' ':')`;
    const wrong = await project.run(`javac -d target/wrong -cp "${jars}" wrong/WrongProperty.java`);
    return { wrongProperty: { type: wrong.ok ? 'none' : 'javac', message: wrong.output }, ...JSON.parse(project.read('mistakes.json')) };
  },
  expected: {
    wrongProperty: { type: 'javac', message: 'symbol:   method framework(MlFramework)' },
    missing: { type: 'java.lang.NullPointerException', message: 'baseImage is required' },
    invalid: { type: 'java.lang.RuntimeException' },
    atSynth: { type: 'java.lang.RuntimeException' },
  },
});

testPage({ name: 'java', target: 'java', stack: 'src/main/java/com/myorg/NotebooksStack.java', prepare: async (project) => useHome(project) });
