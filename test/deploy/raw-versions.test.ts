import { aws_iam as iam, aws_sagemaker as sagemaker, Stack } from 'aws-cdk-lib';
import { Image } from 'cdk-sagemaker-images';
import { torch } from './apps';
import { AppBuilder } from './cloud';
import { ENVIRONMENT } from './environment';
import { scenarios } from './scenario';

const scenario = scenarios({ prepare: (cloud) => cloud.pushImages('torch', 'a', 'b', 'c', 'd', 'e', 'f') });

/** An image and two versions in L1s without DependsOn, and an L2 version of the imported image. */
function mixedApp(tags: string[], aliases: string[]): AppBuilder {
  return (app) => {
    const stack = new Stack(app, 'Images', { env: ENVIRONMENT });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], resources: ['*'] }));
    const image = new sagemaker.CfnImage(stack, 'Image', { imageName: 'torch', imageRoleArn: role.roleArn });
    image.node.addDependency(role);
    for (const index of [0, 1]) {
      const { imageUri: baseImage } = torch(stack, tags[index]).bind(stack);
      const version = new sagemaker.CfnImageVersion(stack, `Version${index}`, { imageName: 'torch', baseImage, aliases: [aliases[index]] });
      version.addDependency(image);
    }
    const imported = Image.fromImageName(stack, 'Imported', 'torch');
    // An import does not wait for the image.
    imported.addVersion('V', { baseImage: torch(stack, tags[2]), alias: aliases[2] }).node.addDependency(image);
  };
}

// test/deploy/controls.test.ts shows that such L1s collide without an L2 in the app.
scenario('versions in L1s and an L2 version of the same image are created, updated, replaced and deleted without collisions', async (cloud) => {
  await cloud.deploy(mixedApp(['a', 'b', 'c'], ['one', 'two', 'three']));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED one', 'torch 2 CREATED two', 'torch 3 CREATED three']);

  // Updates in place.
  await cloud.deploy(mixedApp(['a', 'b', 'c'], ['uno', 'dos', 'tres']));
  expect(await cloud.shortVersions()).toEqual(['torch 1 CREATED uno', 'torch 2 CREATED dos', 'torch 3 CREATED tres']);

  // Replacements. The L2 retains its former version, and CloudFormation deletes those of the L1s.
  const last = mixedApp(['d', 'e', 'f'], ['four', 'five', 'six']);
  await cloud.deploy(last);
  expect(await cloud.shortVersions()).toEqual(['torch 3 CREATED tres', 'torch 4 CREATED four', 'torch 5 CREATED five', 'torch 6 CREATED six']);

  await cloud.destroy(last);
  expect(await cloud.images()).toEqual([]);
  expect(await cloud.stacks()).toEqual([]);
});
