import { testLanguage } from './contract';
import { useOfflineAws } from './offline';
import { testPage } from './page';

testLanguage({
  name: 'go',
  target: 'go',
  offline: useOfflineAws(),
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

testPage({ name: 'go', target: 'go', stack: 'notebooks.go' });
