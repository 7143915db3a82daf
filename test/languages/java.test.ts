import { cpSync, rmSync } from 'fs';
import { join } from 'path';
import { testLanguage } from './contract';
import { DIST, VERSION } from './project';
import { setVersionOfExamples } from '../../scripts/examples/version';
import { MAVEN_REPOSITORY } from '../../scripts/package/caches';

testLanguage({
  name: 'java',
  target: 'java',
  install: async (project) => {
    // dist/java has the layout of a Maven repository. Maven would reuse an earlier build of version 0.0.0.
    const library = join('io', 'github', 'cdk-sagemaker-images');
    rmSync(join(MAVEN_REPOSITORY, library), { recursive: true, force: true });
    cpSync(join(DIST, 'java', library), join(MAVEN_REPOSITORY, library), { recursive: true });
    setVersionOfExamples(VERSION, { java: project.folder });
    await project.must('mvn --quiet --batch-mode compile');
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
