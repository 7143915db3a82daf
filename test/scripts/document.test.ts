import { stepsIn } from '../languages/document';

const DOCUMENT = `# Title
## One
Text.

\`\`\`sh
mkdir app
cd app   # a comment
\`\`\`

Prose about \`lib/app.ts\`:

\`lib/app.ts\`:

\`\`\`ts
code();
\`\`\`

\`\`\`
output
\`\`\`
## Two

\`\`\`sh
run
\`\`\`
`;

test('the steps of a document are its files and its commands, in order', () => {
  expect(stepsIn(DOCUMENT, 'One')).toEqual([{ commands: 'mkdir app\ncd app   # a comment\n' }, { file: 'lib/app.ts', content: 'code();\n' }]);
  expect(stepsIn(DOCUMENT, 'Two', 'One')).toHaveLength(3);
});

test('a section that does not exist is an error', () => {
  expect(() => stepsIn(DOCUMENT, 'Three')).toThrow("section 'Three' does not exist");
});
