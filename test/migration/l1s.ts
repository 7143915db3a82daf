import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { createDomain } from './domain';
import { createTorch } from './torch';

export class NotebooksStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const { version, config } = createTorch(this);
    const domain = createDomain(this, [{ imageName: 'torch', appImageConfigName: 'torch-lab', imageVersionNumber: version.attrVersion }]);
    domain.node.addDependency(config);
  }
}
