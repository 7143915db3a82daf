import { Annotations, cloud_assembly_schema as cxschema, ContextProvider, cx_api as cxapi, region_info as regionInfo, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkImageName } from './validate-image';
import { see } from '../../private/help';
import { describe, Problems, quote } from '../../private/problems';
import { isDummy, isToken, isUnknown } from '../../private/unknown';
import type { ImageLookupOptions } from '../image';

/** What a look-up during synth finds. */
export interface LookedUpImage {
  readonly roleArn: string;
  /** Adds an error to the import if the look-up failed. */
  readonly report: (image: Construct) => void;
}

/**
 * Looks up an image during synth: the CDK CLI reads it and keeps the result in cdk.context.json.
 *
 * Until then, a dummy value stands for it.
 */
export function lookUpImage(scope: Construct, id: string, options: ImageLookupOptions): LookedUpImage {
  const { account, region } = Stack.of(scope);
  validate(scope, id, options);
  const { imageName } = options;
  const partition = regionInfo.RegionInfo.get(region).partition ?? 'aws';
  const dummy = { roleArn: `arn:${partition}:iam::${account}:role/DUMMY_ARN`, report: () => undefined };
  if (isDummy(imageName)) {
    // The name is looked up first.
    return dummy;
  }
  const query = {
    provider: cxschema.ContextProvider.CC_API_PROVIDER,
    props: {
      typeName: 'AWS::SageMaker::Image',
      exactIdentifier: `arn:${partition}:sagemaker:${region}:${account}:image/${imageName.toLowerCase()}`,
      propertiesToReturn: ['ImageRoleArn'],
    },
  };
  const { key } = ContextProvider.getKey(scope, query);
  const failure = scope.node.tryGetContext(key)?.[cxapi.PROVIDER_ERROR_KEY];
  if (failure !== undefined) {
    return {
      ...dummy,
      report: (image) => Annotations.of(image).addError(`looking up image ${quote(imageName)} in ${account}/${region} failed: ${failure}: `
        + `check the name, and the account and Region of the stack${see('A look-up during synth fails')}`),
    };
  }
  const { value } = ContextProvider.getValue(scope, { ...query, dummyValue: [{ ImageRoleArn: dummy.roleArn }] });
  return { ...dummy, roleArn: roleArnIn(scope, id, value, key) };
}

function validate(scope: Construct, id: string, { imageName }: ImageLookupOptions): void {
  const { account, region } = Stack.of(scope);
  const problems = new Problems();
  if (isToken(imageName) || (isUnknown(imageName) && !isDummy(imageName))) {
    problems.add('imageName is unknown during synth, but the look-up needs it: give a string, or use Image.fromImageName');
  } else {
    checkImageName(problems, imageName, true);
  }
  if (isToken(account) || isToken(region)) {
    problems.add('the stack has no account and Region, which a look-up during synth needs: set env of the stack, or use Image.fromImageName');
  }
  problems.throwIfAny(scope, id);
}

/** Returns the role in a context value, which somebody may have changed. */
function roleArnIn(scope: Construct, id: string, value: unknown, key: string): string {
  const found: { ImageRoleArn?: unknown }[] = Array.isArray(value) ? value : [];
  const roleArn = found[0]?.ImageRoleArn;
  if (found.length !== 1 || typeof roleArn !== 'string' || !/^arn:[\w-]+:iam::\d{12}:role\/./.test(roleArn)) {
    const problems = new Problems();
    problems.add(`the context has ${found.length === 1 ? `${describe(roleArn)} as the role of the image` : `${found.length} images`} instead of one image with a role: `
      + `look it up again with 'cdk context --reset "${key}"'`);
    problems.throwIfAny(scope, id);
  }
  return roleArn as string;
}
