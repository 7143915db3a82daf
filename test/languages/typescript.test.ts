import { useOfflineAws } from './offline';
import { testPage } from './page';

testPage({ name: 'typescript', target: 'js', stack: 'lib/notebooks-stack.ts', offline: useOfflineAws() });
