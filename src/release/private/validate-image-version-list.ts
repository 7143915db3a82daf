import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { IMAGE } from '../../image/private/validate-image';
import { checkImageEnvironment } from '../../image/private/validate-image-version';
import { checkNameAndVersion } from '../../image/private/validate-metadata';
import { JobType, MlFramework, Processor, ProgrammingLang, VendorGuidance } from '../../image/version-metadata';
import { describe, Problems } from '../../private/problems';
import type { ImageVersionListProps } from '../image-version-list';
import { ImageVersionStatus } from '../image-version-status';

/** Checks the properties of a list. */
export function validateImageVersionList(scope: Construct, props: ImageVersionListProps): void {
  const problems = new Problems();
  if (problems.instance('image', props.image, 'imageRef', IMAGE)) {
    checkImageEnvironment(problems, scope, props.image);
  }
  problems.oneOf('status', props.status, ImageVersionStatus);
  problems.oneOf('vendorGuidance', props.vendorGuidance, VendorGuidance);
  problems.oneOf('jobType', props.jobType, JobType);
  problems.oneOf('processor', props.processor, Processor);
  checkNameAndVersion(problems, 'mlFramework', props.mlFramework, MlFramework, "MlFramework.pytorch('2.4')");
  checkNameAndVersion(problems, 'programmingLang', props.programmingLang, ProgrammingLang, "ProgrammingLang.python('3.11')");
  const { maxVersions } = props;
  if (maxVersions !== undefined && !Token.isUnresolved(maxVersions) && !(Number.isInteger(maxVersions) && maxVersions >= 1)) {
    problems.add(`maxVersions must be a whole number of 1 or more, got ${describe(maxVersions)}`);
  }
  problems.boolean('allowEmpty', props.allowEmpty);
  problems.length('refresh', props.refresh, 1, 1024);
  problems.throwIfAny(scope);
}
