import { testLanguage } from './contract';
import { DIST } from './project';

const MODULE = 'github.com/cdk-sagemaker-images/cdk-sagemaker-images-go/cdksagemakerimages';

testLanguage({
  name: 'go',
  target: 'go',
  install: async (project) => {
    await project.must(`go mod edit -replace ${MODULE}=${DIST}/go/cdksagemakerimages`);
    await project.must('go mod tidy');
    await project.must('go vet .');
  },
  mistakes: async (project) => {
    const wrong = await project.run('go vet ./wrongproperty');
    await project.must('go test -count=1 -run TestMistakes .');
    return { wrongProperty: { type: wrong.ok ? 'none' : 'go vet', message: wrong.output }, ...JSON.parse(project.read('mistakes.json')) };
  },
  expected: {
    wrongProperty: { type: 'go vet', message: 'unknown field Framework in struct literal' },
    missing: { type: 'panic', message: 'BaseImage is required, but has nil value' },
    invalid: { type: 'panic' },
    atSynth: { type: 'panic' },
  },
});
