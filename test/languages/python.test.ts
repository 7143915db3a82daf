import { join } from 'path';
import { testLanguage } from './contract';
import { DIST } from './project';

const CONSTRAINTS = join(__dirname, 'python-constraints.txt');

testLanguage({
  name: 'python',
  target: 'python',
  install: async (project) => {
    await project.must('[ -x .venv/bin/python ] || python3 -m venv .venv');
    await project.must(`.venv/bin/pip install --quiet --no-compile -c ${CONSTRAINTS} -r requirements.txt ${DIST}/python/*.whl`);
    // An earlier build of version 0.0.0 may already be installed.
    await project.must(`.venv/bin/pip install --quiet --no-compile --no-deps --force-reinstall ${DIST}/python/*.whl`);
  },
  mistakes: async (project) => {
    await project.must('python mistakes.py');
    return JSON.parse(project.read('mistakes.json'));
  },
  expected: {
    wrongProperty: { type: 'TypeError', message: "unexpected keyword argument 'framework'" },
    missing: { type: 'TypeError', message: "missing 1 required keyword-only argument: 'base_image'" },
    invalid: { type: 'RuntimeError' },
    atSynth: { type: 'RuntimeError' },
  },
});
