import { hasFixedAlias } from '../../../../src/provider/handler/image-alias/fixed-alias';

const TARGET = { imageName: 'torch', alias: 'prod', version: 2 };
const templateOf = (Properties: unknown, Type = 'AWS::SageMaker::ImageVersion') => ({ Resources: { Role: { Type: 'AWS::IAM::Role' }, V: { Type, Properties } } });

test.each<[string, object]>([
  ['alias', { ImageName: 'torch', Alias: 'prod' }],
  ['one of several aliases', { ImageName: 'torch', Aliases: ['stable', 'prod'] }],
  ['name of the image in another case', { ImageName: 'Torch', Aliases: ['prod'] }],
  ['image that is known during deployment only', { ImageName: { 'Fn::GetAtt': ['Image', 'ImageName'] }, Alias: 'prod' }],
  ['parameter as alias', { ImageName: 'torch', Alias: { Ref: 'Label' } }],
  ['parameter as one of the aliases', { ImageName: 'torch', Aliases: ['x', { Ref: 'Label' }] }],
  ['list that is known during deployment only', { ImageName: 'torch', Aliases: { 'Fn::If': ['IsProd', ['prod'], []] } }],
])('a version has a fixed alias by its %s', (_, properties) => {
  expect(hasFixedAlias(templateOf(properties), TARGET)).toBe(true);
});

test.each<[string, unknown]>([
  ['other aliases', templateOf({ ImageName: 'torch', Alias: 'production', Aliases: ['PROD', 'stable'] })],
  ['no aliases', templateOf({ ImageName: 'torch' })],
  ['aliases without a value', templateOf({ ImageName: 'torch', Alias: { Ref: 'AWS::NoValue' }, Aliases: [{ Ref: 'AWS::NoValue' }] })],
  ['versions of another image', templateOf({ ImageName: 'jax', Alias: 'prod' })],
  ['resources of another type', templateOf({ ImageName: 'torch', Alias: 'prod' }, 'Custom::SageMakerImageAlias')],
  ['no image', templateOf({ Alias: 'prod' })],
  ['no properties', templateOf(undefined)],
  ['a resource that is not a map', { Resources: { V: 'x' } }],
  ['resources that are not a map', { Resources: ['x'] }],
  ['no resources', {}],
  ['nothing', null],
])('a template with %s has none', (_, template) => {
  expect(hasFixedAlias(template, TARGET)).toBe(false);
});
