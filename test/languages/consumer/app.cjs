const { App, Stack } = require('aws-cdk-lib');
const { Template } = require('aws-cdk-lib/assertions');
const { BaseImage, Image } = require('cdk-sagemaker-images');

const stack = new Stack(new App(), 'Consumer');
new Image(stack, 'Torch').addVersion('V1', { baseImage: BaseImage.fromUri('123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4') });
Template.fromStack(stack).resourceCountIs('AWS::SageMaker::ImageVersion', 1);
console.log('synthesized');
