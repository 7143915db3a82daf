import { execFile } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { promisify } from 'util';
import { OfflineAws } from '../../emulator/offline-aws';
import { ensureVenv } from '../../emulator/venv';

// All other tests call the offline AWS with the AWS SDK for JavaScript. These tests use other common clients. Terraform is
// missing, because neither the program nor its AWS provider is in a package registry.

const SECONDS = 60;
const TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const PULL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: '*' }] };
const MANIFEST = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: `sha256:${'a'.repeat(64)}` },
  layers: [],
};
const BASE_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:1';

let aws: OfflineAws;
let folder: string;

beforeAll(async () => {
  aws = await OfflineAws.start();
  folder = mkdtempSync(join(tmpdir(), 'clients-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await aws?.stop();
});

/** Runs a program with the environment of the offline AWS, and returns its output or its error output. */
async function run(program: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { env: { ...aws.env, AWS_PAGER: '' }, timeout: SECONDS * 1000 });
    return { ok: true, output: stdout };
  } catch (error) {
    return { ok: false, output: String((error as { stderr?: string }).stderr ?? error) };
  }
}

describe('the AWS CLI', () => {
  let cli: string;

  beforeAll(() => { cli = join(dirname(ensureVenv(console.log, join(__dirname, '..', '..', 'emulator', 'clients'))), 'aws'); });

  /** Runs `aws …` and returns its parsed output. */
  const call = async (...args: string[]) => {
    const { ok, output } = await run(cli, [...args, '--output', 'json']);
    expect({ ok, output }).toEqual({ ok: true, output });
    return output.trim() === '' ? undefined : JSON.parse(output);
  };

  test('creates an image and a version, waits for both and lists them', async () => {
    const { Role } = await call('iam', 'create-role', '--role-name', 'torch', '--assume-role-policy-document', JSON.stringify(TRUST));
    await call('iam', 'put-role-policy', '--role-name', 'torch', '--policy-name', 'pull', '--policy-document', JSON.stringify(PULL));
    await call('ecr', 'create-repository', '--repository-name', 'torch');
    await call('ecr', 'put-image', '--repository-name', 'torch', '--image-tag', '1', '--image-manifest', JSON.stringify(MANIFEST));
    await call('sagemaker', 'create-image', '--image-name', 'torch', '--role-arn', Role.Arn);
    await call('sagemaker', 'wait', 'image-created', '--image-name', 'torch');
    await call('sagemaker', 'create-image-version', '--image-name', 'torch', '--base-image', BASE_IMAGE, '--aliases', 'stable');
    await call('sagemaker', 'wait', 'image-version-created', '--image-name', 'torch', '--alias', 'stable');
    const { ImageVersions } = await call('sagemaker', 'list-image-versions', '--image-name', 'torch');
    expect(ImageVersions).toMatchObject([{ Version: 1, ImageVersionStatus: 'CREATED' }]);
    expect(await call('sagemaker', 'list-aliases', '--image-name', 'torch')).toEqual({ SageMakerImageVersionAliases: ['stable'] });
  });

  test('prints the error of the service for a missing image', async () => {
    const { ok, output } = await run(cli, ['sagemaker', 'describe-image', '--image-name', 'nothing']);
    expect(ok).toBe(false);
    expect(output).toContain('(ResourceNotFound)');
  });

  test('deploys a template and deletes its stack', async () => {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify({
      Resources: { Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x', Name: '/from/the/cli' } } },
      Outputs: { Name: { Value: { Ref: 'Parameter' } } },
    }));
    expect(await run(cli, ['cloudformation', 'deploy', '--stack-name', 'FromCli', '--template-file', file])).toMatchObject({ ok: true });
    const { Stacks } = await call('cloudformation', 'describe-stacks', '--stack-name', 'FromCli');
    expect(Stacks[0]).toMatchObject({ StackStatus: 'CREATE_COMPLETE', Outputs: [{ OutputKey: 'Name', OutputValue: '/from/the/cli' }] });
    await call('cloudformation', 'delete-stack', '--stack-name', 'FromCli');
    await call('cloudformation', 'wait', 'stack-delete-complete', '--stack-name', 'FromCli');
  });
});

test('boto3 paginates the versions of an image and raises typed exceptions', async () => {
  const file = join(folder, 'client.py');
  writeFileSync(file, `
import json
import boto3

iam, ecr, sagemaker = (boto3.client(service) for service in ("iam", "ecr", "sagemaker"))
role = iam.create_role(RoleName="jax", AssumeRolePolicyDocument=json.dumps(${JSON.stringify(TRUST)}))["Role"]["Arn"]
iam.put_role_policy(RoleName="jax", PolicyName="pull", PolicyDocument=json.dumps(${JSON.stringify(PULL)}))
ecr.create_repository(repositoryName="jax")
sagemaker.create_image(ImageName="jax", RoleArn=role)
sagemaker.get_waiter("image_created").wait(ImageName="jax", WaiterConfig={"Delay": 1})
for tag in ("1", "2", "3"):
    manifest = ${JSON.stringify(MANIFEST)} | {"annotations": {"tag": tag}}
    ecr.put_image(repositoryName="jax", imageTag=tag, imageManifest=json.dumps(manifest))
    sagemaker.create_image_version(ImageName="jax", BaseImage=f"123456789012.dkr.ecr.us-east-1.amazonaws.com/jax:{tag}")
    sagemaker.get_waiter("image_version_created").wait(ImageName="jax", Version=int(tag), WaiterConfig={"Delay": 1})
pages = list(sagemaker.get_paginator("list_image_versions").paginate(ImageName="jax", MaxResults=2, SortOrder="ASCENDING"))
try:
    sagemaker.describe_image_version(ImageName="jax", Version=4)
    missing = "nothing was missing"
except sagemaker.exceptions.ResourceNotFound as error:
    missing = type(error).__name__
print(json.dumps([[[v["Version"] for v in page["ImageVersions"]] for page in pages], missing]))
`);
  const { ok, output } = await run(ensureVenv(), [file]);
  expect({ ok, output }).toEqual({ ok: true, output });
  expect(JSON.parse(output)).toEqual([[[1, 2], [3]], 'ResourceNotFound']);
});
