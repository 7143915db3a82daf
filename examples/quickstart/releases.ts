/**
 * Releases of an image: what a pipeline pushes becomes a version, and an alias says which version people use.
 */
import { aws_ecr as ecr, aws_sns as sns, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import {
  AppImageConfig, BaseImage, Image, ImageAlias, ImageFeed, ImageRetention, ImageVersionFailures, ImageVersionList, ImageVersionLookup,
  ImageVersionSelector, ImageVersionStatus, Processor, Refresh, StudioApp, StudioAttachment, StudioTarget,
} from 'cdk-sagemaker-images';
import type { Construct } from 'constructs';

export class Releases extends Stack {
  /**
   * @param range which version people use, for example `2.4` for the highest of 2.4.0, 2.4.1 and so on
   * @param domainId an existing Studio domain that gets this version
   */
  constructor(scope: Construct, id: string, range: string, domainId?: string) {
    super(scope, id);
    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'torch');
    const image = new Image(this, 'Torch', { imageName: 'torch-releases', displayName: 'PyTorch releases' });

    image.addVersion('Stable', { baseImage: BaseImage.fromEcrRepository(repository, '2.4-gpu'), alias: '2.4.0', processor: Processor.GPU });

    // If the tag has moved, a deployment makes a new version, after it has checked the container image.
    const next = image.addVersion('Next', {
      baseImage: BaseImage.fromEcrRepository(repository, '2.5-gpu', { followTag: true }),
      processor: Processor.GPU,
      preflight: true,
    });
    new ImageAlias(this, 'NextAlias', { image, alias: '2.5', version: next });

    // A push of a tag such as nightly-42 makes a version without a deployment.
    new ImageFeed(this, 'Nightly', { image, repository, tags: ['nightly-*'], alias: 'nightly', processor: Processor.GPU });

    // Promote with another range, and go back with the former one. Spaces can be started with an alias like this.
    const prod = new ImageAlias(this, 'Prod', {
      image,
      alias: '2',
      version: new ImageVersionLookup(this, 'Highest', {
        image,
        version: ImageVersionSelector.aliasRange(range),
        refresh: Refresh.everyDeployment(),
        repository,
      }),
    });
    if (domainId) {
      new StudioAttachment(this, 'ProdInJupyterLab', {
        imageVersion: prod,
        appImageConfig: new AppImageConfig(this, 'JupyterLab', { app: StudioApp.jupyterLab() }),
        target: StudioTarget.existingDomain(domainId),
      });
    }

    // Of the other versions, those that nothing uses are marked for archiving, archived after a while, and then deleted.
    const retention = new ImageRetention(this, 'Retention', {
      image,
      keepVersions: 10,
      keepFor: Duration.days(90),
      expendableAliases: ['test-*'],
      toBeArchived: { versions: 3 },
      archived: { versions: 5, age: Duration.days(30) },
      refresh: Refresh.everyDeployment(),
    });

    // The reason why a version failed is published before CloudFormation deletes it.
    const failures = new ImageVersionFailures(this, 'Failures', { images: [image], topic: new sns.Topic(this, 'Topic', { enforceSSL: true }) });
    failures.metricFailedVersions().createAlarm(this, 'Failed', { threshold: 1, evaluationPeriods: 1 });

    const versions = new ImageVersionList(this, 'Versions', {
      image,
      status: ImageVersionStatus.CREATED,
      processor: Processor.GPU,
      maxVersions: 20,
      refresh: Refresh.everyDeployment(),
    });
    new CfnOutput(this, 'ProdVersion', { value: prod.versionAsString });
    new CfnOutput(this, 'GpuVersions', { value: Fn.join(' ', versions.versions) });
    new CfnOutput(this, 'Newest', { value: Fn.select(0, versions.imageVersionArns) });
    new CfnOutput(this, 'RetentionReport', { value: retention.report });
  }
}
