import { execFile } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import type { Order } from './child';
import type { Size } from './sizes';
import { BUNDLE } from '../../scripts/bundle';
import { STUDIO_ATTACHMENTS_TYPE } from '../../src/provider/kinds/studio-attachments';

const ROOT = join(__dirname, '..', '..');
const AWS_CUSTOM_RESOURCE = 'aws-cdk-lib-newest/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js';
/** So many of the cheapest runs make a value, as in bench/measure.ts. */
const CHEAPEST = 3;

const COMMON = {
  ResponseURL: 'https://localhost/answer', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Attachments', RequestType: 'Delete',
};
const ATTACHMENTS = { DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'jl' }] } } };

/** Both handlers do the same: one DescribeDomain of a domain that does not exist, and one answer. */
const SIDES = {
  nothing: { handler: '', event: {} },
  ours: {
    handler: join(BUNDLE, 'index.js'),
    event: {
      ...COMMON,
      ResourceType: STUDIO_ATTACHMENTS_TYPE,
      PhysicalResourceId: 'd-1',
      ResourceProperties: ATTACHMENTS,
    },
  },
  awsCustomResource: {
    handler: join(ROOT, 'node_modules', AWS_CUSTOM_RESOURCE),
    event: {
      ...COMMON,
      ResourceType: 'Custom::AWS',
      PhysicalResourceId: 'id',
      ResourceProperties: {
        InstallLatestAwsSdk: 'false',
        Delete: JSON.stringify({ service: 'SageMaker', action: 'describeDomain', parameters: { DomainId: 'd-1' }, ignoreErrorCodesMatching: 'ResourceNotFound' }),
      },
    },
  },
};
type Side = keyof typeof SIDES;

/** The CPU time of a cold start, relative to `AwsCustomResource`, without the start of Node. */
export async function relativeColdStart(runs: number, onRun: (run: number) => void = () => undefined): Promise<Size> {
  const cpu = await coldStart(runs, onRun);
  const ours = cpu.ours - cpu.nothing;
  const theirs = cpu.awsCustomResource - cpu.nothing;
  const withNode = `with the start of Node ${(cpu.ours / cpu.awsCustomResource).toFixed(2)}, ${cpu.ours.toFixed(0)} ms of ${cpu.awsCustomResource.toFixed(0)} ms`;
  return {
    name: 'cold start CPU, of that of AwsCustomResource',
    value: ours / theirs,
    limit: 0.3,
    detail: `${ours.toFixed(0)} ms of ${theirs.toFixed(0)} ms; ${withNode}`,
  };
}

/** CPU milliseconds of a process from its start to the answer; `nothing` is the start of Node alone, which all have. */
async function coldStart(runs: number, onRun: (run: number) => void): Promise<Record<Side, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-provider-'));
  const served: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      served.push(request.method!);
      const [status, body] = request.method === 'PUT' ? [200, ''] : [400, JSON.stringify({ __type: 'ResourceNotFound', message: 'no such domain' })];
      response.writeHead(status as number, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  try {
    const { port } = server.address() as AddressInfo;
    const program = join(folder, 'child.js');
    writeFileSync(program, transpileModule(readFileSync(join(__dirname, 'child.ts'), 'utf8'), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
    }).outputText);
    const costs: Record<Side, number[]> = { nothing: [], ours: [], awsCustomResource: [] };
    for (let run = 0; run < runs; run++) {
      onRun(run + 1);
      const sides = Object.keys(SIDES) as Side[];
      for (const side of run % 2 ? sides.reverse() : sides) {
        served.length = 0;
        costs[side].push(await once(program, { ...SIDES[side], port }));
        if (side !== 'nothing' && served.join() !== 'POST,PUT') {
          throw new Error(`${side} sent ${served.join()} instead of one call and one answer`);
        }
      }
    }
    return { nothing: cheapest(costs.nothing), ours: cheapest(costs.ours), awsCustomResource: cheapest(costs.awsCustomResource) };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function once(program: string, order: Order): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(order)], {
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${order.port}`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  return JSON.parse(stdout).cpu;
}

function cheapest(values: number[]): number {
  return [...values].sort((one, other) => one - other).slice(0, CHEAPEST).reduce((sum, value) => sum + value, 0) / Math.min(CHEAPEST, values.length);
}
