/* eslint-disable */
// The snippets of docs/releasing-images.md. Run the test of this folder with UPDATE_SNIPPETS=1 to write them again.
import { aws_ecr as ecr, aws_iam as iam, aws_cloudwatch as cloudwatch, aws_sns as sns, aws_sns_subscriptions as subscriptions, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import { AppImageConfig, BaseImage, Image, ImageAlias, ImageFeed, ImageRetention, ImageVersion, ImageVersionFailures, ImageVersionList, ImageVersionLookup, ImageVersionSelector, ImageVersionStatus, Processor, Refresh, StudioApp, StudioAttachment, StudioImage, StudioTarget } from 'cdk-sagemaker-images';

export function promoteAndRollBack1(this: Stack, repository: ecr.IRepository, version: ImageVersion): void {
  const image = new Image(this, 'Torch', { imageName: 'torch' });
  const release = image.addVersion('Release', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1-gpu') });

  const staging = new ImageAlias(this, 'Staging', { image, alias: 'staging', version: release });
  const prod = new ImageAlias(this, 'Prod', {
    image,
    alias: 'prod',
    version: ImageVersion.fromImageVersionAttributes(this, 'Approved', { image, version: 3 }),
  });

  new StudioAttachment(this, 'ProdInJupyterLab', {
    imageVersion: prod,
    appImageConfig: new AppImageConfig(this, 'ProdConfig', { app: StudioApp.jupyterLab() }),
    target: StudioTarget.existingDomain('d-abc123'),
  });
  void [repository, version, image, release, staging, prod];
}

export function promoteAndRollBack2(this: Stack, prod: ImageAlias, version: ImageVersion): void {
  new CfnOutput(this, 'ProdReport', { value: prod.report }); // on version 4, moved from version 3
  void [prod, version];
}

export function promoteAndRollBack3(this: Stack, repository: ecr.IRepository, image: Image, version: ImageVersion): void {
  const torch = new StudioImage(this, 'Torch', {
    baseImage: BaseImage.fromEcrRepository(repository, '2.4.1-gpu'),
    app: StudioApp.jupyterLab(),
  });
  const prod = new ImageAlias(this, 'Prod', {
    image: torch.image,
    alias: 'prod',
    version: ImageVersion.fromImageVersionAttributes(this, 'Approved', { image: torch.image, version: 3 }),
  });
  torch.appImageConfigs.forEach((appImageConfig, index) => new StudioAttachment(this, `Prod${index}`, {
    imageVersion: prod,
    appImageConfig,
    target: StudioTarget.existingDomain('d-abc123'),
  }));
  void [repository, image, version, torch, prod];
}

export function checkContainerImagesFirst1(this: Stack, repository: ecr.IRepository, image: Image): void {
  image.addVersion('Checked', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1'), preflight: true });
  void [repository, image];
}

export function findOutWhyAVersionFailed1(this: Stack): void {
  const topic = new sns.Topic(this, 'Topic');
  topic.addSubscription(new subscriptions.EmailSubscription('platform@example.com'));
  const failures = new ImageVersionFailures(this, 'Failures', { topic });

  failures.metricFailedVersions().createAlarm(this, 'Alarm', {
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  void [topic, failures];
}

export function followATag1(this: Stack, repository: ecr.IRepository, image: Image): void {
  image.addVersion('Main', { baseImage: BaseImage.fromEcrRepository(repository, 'main', { followTag: true }) });
  void [repository, image];
}

export function releaseEachPush1(this: Stack, repository: ecr.IRepository, image: Image, executionRole: iam.IRole): void {
  const stable = new ImageFeed(this, 'Stable', {
    image,
    repository,
    tags: ['release-*'],
    alias: 'stable',
    processor: Processor.GPU,
  });
  new StudioAttachment(this, 'Attachment', {
    imageVersion: stable,
    appImageConfig: new AppImageConfig(this, 'Config', { app: StudioApp.jupyterLab() }),
    target: StudioTarget.existingDomain('d-abc123', { executionRole }),
  });
  void [repository, image, executionRole, stable];
}

export function deleteOldVersions1(this: Stack, image: Image): void {
  const retention = new ImageRetention(this, 'Retention', {
    image,
    keepVersions: 10,
    keepFor: Duration.days(90),
    expendableAliases: ['ci-*'],
  });
  new CfnOutput(this, 'RetentionReport', { value: retention.report });
  void [image, retention];
}

export function deleteOldVersions2(this: Stack, image: Image): void {
  new ImageRetention(this, 'Retirement', {
    image,
    toBeArchived: { versions: 5 },
    archived: { versions: 10, age: Duration.days(180) },
    keepVersions: 20,
  });
  void [image];
}

export function keepContainerImages1(this: Stack, version: ImageVersion): void {
  Stack.of(this).addMetadata('ContainerImagesOfKeptVersions', [
    '9fbc1a4b7c5d4f0e8a6b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f', // version 3
  ]);
  void [version];
}

export function lookUpAVersion1(this: Stack, image: Image, version: ImageVersion): void {
  const torch = Image.fromImageName(this, 'Torch', 'torch');
  const compatible = new ImageVersionLookup(this, 'Compatible', {
    image: torch,
    version: ImageVersionSelector.aliasRange('^2.4'),
    refresh: Refresh.everyDeployment(),
  });
  new CfnOutput(this, 'TorchVersion', { value: compatible.versionAsString });
  void [image, version, torch, compatible];
}

export function listVersions1(this: Stack, image: Image): void {
  const gpuVersions = new ImageVersionList(this, 'GpuVersions', {
    image: Image.fromImageName(this, 'Vision', 'vision'),
    status: ImageVersionStatus.CREATED,
    processor: Processor.GPU,
    maxVersions: 10,
    refresh: 'release-42',
  });
  new CfnOutput(this, 'Newest', { value: Fn.select(0, gpuVersions.imageVersionArns) });
  new CfnOutput(this, 'All', { value: Fn.join(' ', gpuVersions.versions) });
  void [image, gpuVersions];
}

export function findAnImageDuringSynth1(this: Stack, repository: ecr.IRepository): void {
  const theirs = Image.fromLookup(this, 'Theirs', { imageName: 'base' });
  theirs.addVersion('Ours', { baseImage: BaseImage.fromEcrRepository(repository, '2.4.1') });
  void [repository, theirs];
}

export function runningApps1(this: Stack, version: ImageVersion): void {
  const domain = StudioTarget.existingDomain('d-abc123', { waitForApps: true });
  new StudioAttachment(this, 'PatientAttachment', {
    imageVersion: version,
    appImageConfig: new AppImageConfig(this, 'PatientConfig', { app: StudioApp.jupyterLab() }),
    target: domain,
  });
  void [version, domain];
}
