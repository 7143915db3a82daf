import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { removePrivateDeclarations } from '../../scripts/bundle-library';

test('declarations stay if those of the public API import them, directly or not', () => {
  const root = mkdtempSync(join(tmpdir(), 'declarations-'));
  const files: Record<string, string> = {
    'index.d.ts': "export * from './image';\nexport * from './studio/studio-app';",
    'image/index.d.ts': "export * from './image';",
    'image/image.d.ts': "import { aws_iam as iam } from 'aws-cdk-lib';\nimport type { Problems } from '../private/problems';",
    'studio/studio-app.d.ts': "export declare const config: import('./private/config').Config;",
    'private/problems.d.ts': "import { Kind } from './kind';",
    'private/kind.d.ts': 'export type Kind = string;',
    'studio/private/config.d.ts': 'export interface Config {}',
    'private/hash.d.ts': "import { Kind } from './kind';",
    'provider/handler/index.d.ts': '',
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }
  removePrivateDeclarations(root);
  expect(Object.keys(files).filter((file) => !existsSync(join(root, file)))).toEqual(['private/hash.d.ts', 'provider/handler/index.d.ts']);
  rmSync(root, { recursive: true });
});
