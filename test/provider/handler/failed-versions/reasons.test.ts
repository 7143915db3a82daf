import { readFileSync } from 'fs';
import { join } from 'path';
import { FIXES, fixOf } from '../../../../src/provider/handler/failed-versions/reasons';

/** Errors of the services that SageMaker calls, and a part of the fix. */
test.each([
  ["Could not assume role arn:aws:iam::111111111111:role/r. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.", 'trust sagemaker.amazonaws.com'],
  ['User: arn:aws:sts::111111111111:assumed-role/r/SageMaker is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:111111111111:repository/torch', 'ecr:BatchGetImage'],
  ['AccessDeniedException: no resource-based policy allows the ecr:GetDownloadUrlForLayer action', 'policy of the repository'],
  ["The repository with name 'torch' does not exist in the registry with id '111111111111'", 'name of the repository'],
  ['RepositoryNotFoundException', 'name of the repository'],
  ["The image with imageId {imageDigest:'null', imageTag:'a'} does not exist within the repository with name 'torch'", 'push the container image'],
  ["Requested image not found: 'a' in the repository 'torch'", 'push the container image'],
  ['manifest unknown', 'push the container image'],
  ['The image is archived and cannot be pulled', 'restore the container image'],
  ['Base image is in the Region us-east-1, but the image is in eu-west-1.', 'in the Region of the image'],
  ['the layers are too large', 'smaller'],
  ['The size of the image exceeds the limit of 35 GB', 'smaller'],
  ['unsupported manifest media type application/vnd.oci.image.index.v1+json', '--provenance=false'],
  ['The KMS key is disabled: KMSInvalidStateException', 'enable the KMS key'],
  ['InternalFailure', 'deploy again'],
  ['An internal error occurred in the region eu-west-1', 'deploy again'],
  ['ThrottlingException: Rate exceeded', 'deploy again'],
  ["ResourceLimitExceeded: The account-level service limit 'image versions' is 100", 'higher quota'],
  ['Image could not be pulled: 403 Forbidden', 'ecr:BatchGetImage'],
  ['Image platform linux/arm64 does not exist in the list', '--platform linux/amd64'],
  ['no matching manifest for linux/amd64 in the manifest list entries', '--platform linux/amd64'],
  // Names may contain any word.
  ["Requested image not found: 'kms-2' in the repository 'internal/large-models'", 'push the container image'],
  ['unsupported manifest media type of 111111111111.dkr.ecr.us-east-1.amazonaws.com/denied/size:archived', '--provenance=false'],
  ['User: arn:aws:sts::111111111111:assumed-role/kms/SageMaker is not authorized to perform: ecr:BatchGetImage', 'ecr:BatchGetImage'],
])('%s', (reason, fix) => {
  expect(fixOf(reason)?.fix).toContain(fix);
  expect(fixOf(reason)?.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[\w/-]+\.html$/);
});

test('an unknown reason has no fix', () => {
  expect(fixOf('Something else happened')).toBeUndefined();
});

test('docs/troubleshooting.md has the same table, with the same sources', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'troubleshooting.md'), 'utf8');
  const rows = page.split('| The reason mentions |')[1].split('\n\n')[0].split('\n').slice(2);
  expect(rows).toHaveLength(FIXES.length);
  expect(FIXES.map(([, , source], index) => rows[index].includes(`(https://docs.aws.amazon.com/${source})`) ? '' : rows[index]).filter(Boolean)).toEqual([]);
});
