import { readFileSync } from 'fs';
import { join } from 'path';
import { see } from '../../src/private/help';

test('a message ends with the address of a heading as GitHub writes it', () => {
  expect(see('A stack accepts no assets'))
    .toBe('. See https://github.com/cdk-sagemaker-images/cdk-sagemaker-images/blob/main/docs/troubleshooting.md#a-stack-accepts-no-assets');
});

test('the address is below the homepage of the package', () => {
  const { homepage } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  expect(see('grantDropped')).toBe(`. See ${homepage}/blob/main/docs/troubleshooting.md#grantdropped`);
});
