import { spawnSync } from 'child_process';
import { join } from 'path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { isDigest, isTag, parseEcrUri } from '../../src/image/private/ecr-uri';
import { DIGEST } from '../helpers/fixtures';
import { specDatabase } from '../helpers/service-spec';

/** The suffixes of each partition, as AWS documents them for the registries of ECR: IPv4 only, and dual-stack. */
const SUFFIXES: Record<string, [string, string]> = {
  'aws': ['amazonaws.com', 'on.aws'],
  'aws-us-gov': ['amazonaws.com', 'on.aws'],
  'aws-cn': ['amazonaws.com.cn', 'on.amazonwebservices.com.cn'],
  'aws-eusc': ['amazonaws.eu', 'on.amazonwebservices.eu'],
  'aws-iso': ['c2s.ic.gov', 'on.aws.ic.gov'],
  'aws-iso-b': ['sc2s.sgov.gov', 'on.aws.scloud'],
  'aws-iso-e': ['cloud.adc-e.uk', 'on.cloud-aws.adc-e.uk'],
  'aws-iso-f': ['csp.hci.ic.gov', 'on.aws.hci.ic.gov'],
};
const REGIONS = [...new Set([...RegionInfo.regions.map(({ name }) => name), ...[...specDatabase().all('region')].map(({ name }) => name)])]
  .filter((name) => /-\d+$/.test(name)).sort();
const partOf = (registry: string) => parseEcrUri(`${registry}/team/torch:2.4`);

test('all partitions of the CDK have suffixes here', () => {
  expect(RegionInfo.regions.map(({ partition }) => partition).filter((partition) => !SUFFIXES[partition!])).toEqual([]);
  expect(REGIONS.length).toBeGreaterThan(40);
});

test.each(REGIONS)('a URI in %s is accepted, also with FIPS and dual-stack endpoints', (region) => {
  const [suffix, dualStack] = SUFFIXES[RegionInfo.get(region).partition ?? 'aws'];
  for (const registry of [`dkr.ecr.${region}.${suffix}`, `dkr.ecr-fips.${region}.${suffix}`, `dkr-ecr.${region}.${dualStack}`, `dkr-ecr-fips.${region}.${dualStack}`]) {
    expect(partOf(`123456789012.${registry}`)).toMatchObject({ account: '123456789012', region, repositoryName: 'team/torch', tag: '2.4' });
  }
});

test.each(['eusc-fr-west-1.amazonaws.eu', 'ap-southeast-12.amazonaws.com', 'cn-south-1.amazonaws.com.cn'])('a URI in a Region that the CDK does not know yet is accepted: %s', (host) => {
  expect(partOf(`123456789012.dkr.ecr.${host}`)?.region).toBe(host.split('.')[0]);
});

test.each([
  '123456789012.dkr.ecr.eu-west-1.evil.com', '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com', '123456789012.dkr.ecr.eu-west-1.amazonaws.com.eu',
  '123456789012.dkr.ecr.eu-west-1.on.aws', '123456789012.dkr-ecr.eu-west-1.amazonaws.com', '123456789012.dkr.ecr.eu-west-1.xamazonaws.com',
  '123456789012.dkr.ecr.eu-west-1', '123456789012.dkr.ecr.amazonaws.com', '12345678901.dkr.ecr.eu-west-1.amazonaws.com', 'public.ecr.aws', '123456789012.dkr.ecr.*.amazonaws.com',
])('a URI in another registry is refused: %s', (registry) => {
  expect(partOf(registry)).toBeUndefined();
});

test.each([
  ['torch', { repositoryName: 'torch', tag: undefined, digest: undefined }],
  [`torch@${DIGEST}`, { repositoryName: 'torch', digest: DIGEST }],
  [`torch:1@${DIGEST}`, { repositoryName: 'torch', tag: '1', digest: DIGEST }],
  ['a.b_c__d/e-f:V-1', { repositoryName: 'a.b_c__d/e-f', tag: 'V-1' }],
])('the parts of %s are found', (image, parts) => {
  expect(parseEcrUri(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/${image}`)).toMatchObject(parts);
});

test.each(['*', 'Torch', 'torch/', '/torch', '${x}', 'torch:', 'torch:-1', 'torch@sha256:1'])('the repository, tag or digest of %s is refused', (image) => {
  expect(parseEcrUri(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/${image}`)).toBeUndefined();
  expect([isTag(image), isDigest(image)]).toEqual([image === 'Torch', false]);
});

// They take longer to load than this library.
test('the facts of the CDK on Regions are not loaded for a URI of most Regions', () => {
  const script = `
    require('ts-node').register({ transpileOnly: true, project: 'test/tsconfig.json' });
    const { parseEcrUri } = require('./src/image/private/ecr-uri');
    const isLoaded = () => Object.keys(require.cache).some((path) => path.includes('/region-info/lib/'));
    parseEcrUri('123456789012.dkr.ecr.eu-west-1.amazonaws.com/torch');
    const before = isLoaded();
    parseEcrUri('123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/torch');
    console.log(JSON.stringify([before, isLoaded()]));`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: join(__dirname, '..', '..'), encoding: 'utf8' });
  expect(stdout.trim().split('\n').pop()).toBe('[false,true]');
});
