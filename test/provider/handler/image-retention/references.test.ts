import * as fc from 'fast-check';
import { namesImage, namesVersion, referencesIn } from '../../../../src/provider/handler/image-retention/references';

const ARN = 'arn:aws:sagemaker:eu-west-1:111111111111:';

test.each<[string, unknown, object[]]>([
  ['a custom image', { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'c', ImageVersionNumber: 3 }] }, [{ number: 3 }]],
  ['one in another spelling', { customImages: [{ imageName: 'Torch', imageVersionNumber: '3' }] }, [{ number: 3 }]],
  ['one without a number', { CustomImages: [{ ImageName: 'torch', AppImageConfigName: 'c' }] }, [{}]],
  ['one of another image', { CustomImages: [{ ImageName: 'torch-2', ImageVersionNumber: 3 }] }, []],
  ['one with an alias, which the API does not have yet', { ImageName: 'torch', ImageVersionAlias: 'prod' }, [{ alias: 'prod' }]],
  ['one with a version in a form that is not known', { ImageName: 'torch', ImageVersion: { Range: '>2' } }, [{ unclear: true }]],
  ['one with a text instead of a number', { ImageName: 'torch', ImageVersionNumber: 'newest' }, [{ unclear: true }]],
  ['the ARN of a version', { SageMakerImageVersionArn: `${ARN}image-version/torch/3` }, [{ number: 3 }]],
  ['both ARNs', { SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionArn: `${ARN}image-version/torch/3` }, [{ number: 3 }]],
  ['the ARN of the image', { SageMakerImageArn: `${ARN}image/torch` }, [{}]],
  ['an ARN in another spelling', { SageMakerImageVersionArn: `${ARN}image-version/TORCH/3` }, [{ number: 3 }]],
  ['a version that is cleared', { SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionArn: 'None' }, [{}]],
  ['the ARN of a version with a longer number', { SageMakerImageVersionArn: `${ARN}image-version/torch/30` }, [{ number: 30 }]],
  ['the ARN of another image', { SageMakerImageVersionArn: `${ARN}image-version/my-torch/3`, SageMakerImageArn: `${ARN}image/my-torch` }, []],
  ['an alias of the image', { SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['an alias of another image', { SageMakerImageArn: `${ARN}image/other`, SageMakerImageVersionAlias: '1.2' }, []],
  ['an alias of any image', { SageMakerImageVersionAlias: '1.2', InstanceType: 'ml.t3.medium' }, [{ alias: '1.2' }]],
  ['an ARN in a member that is not known', { FutureSettings: { Depth: [{ Image: `${ARN}image-version/torch/3` }] } }, [{ number: 3 }]],
  ['an ARN in a list', { Future: [`${ARN}image-version/torch/3`] }, [{ number: 3 }]],
  ['a name with a dot, which is no pattern', { ImageVersionArn: `${ARN}image-version/tXrch/3` }, []],
  ['the ARN of the image in another spelling', { SageMakerImageArn: `${ARN}image/TORCH`, SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['several aliases', { ImageName: 'torch', Aliases: ['prod', '1.2'] }, [{ alias: 'prod' }, { alias: '1.2' }]],
  ['an alias in a form that is not known', { ImageName: 'torch', ImageVersionAlias: { Range: '1' } }, [{ unclear: true }]],
  ['an alias of something else', { Alias: '1.2' }, []],
  ['an alias beside an image that is cleared', { SageMakerImageArn: 'None', SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['an alias beside an empty image', { SageMakerImageArn: '', SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['an alias beside no image', { SageMakerImageArn: null, SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['an alias beside something that is not an image', { ImageArnFormat: 'other', SageMakerImageVersionAlias: '1.2' }, [{ alias: '1.2' }]],
  ['no number', { ImageName: 'torch', ImageVersionNumber: null }, [{}]],
  ['an undefined number', { ImageName: 'torch', ImageVersionNumber: undefined }, [{}]],
  ['an empty number', { ImageName: 'torch', ImageVersionNumber: '' }, [{}]],
  ['a list instead of a number', { ImageName: 'torch', ImageVersionNumber: [3] }, [{ unclear: true }]],
  ['nothing', { ImageName: null, Other: [1, true, null, 'torch'], DomainName: 'torch' }, []],
])('%s', (_, value, expected) => {
  expect(referencesIn(value, 'torch')).toEqual(expected);
  expect(referencesIn({ DefaultUserSettings: { FutureAppSettings: [value] } }, 'torch')).toEqual(expected);
});

test('a name with a dot is not a pattern', () => {
  expect(referencesIn({ A: `${ARN}image-version/a-b/1` }, 'a.b')).toEqual([]);
  expect(referencesIn({ A: `${ARN}image-version/a.b/1` }, 'a.b')).toEqual([{ number: 1 }]);
});

test('a version is found wherever it is', () => {
  const forms = fc.integer({ min: 1, max: 99 }).chain((number) => fc.constantFrom<[number, unknown]>(
    [number, { ImageName: 'torch', ImageVersionNumber: number, AppImageConfigName: 'x' }],
    [number, { SageMakerImageVersionArn: `${ARN}image-version/torch/${number}` }],
    [number, { SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionArn: `${ARN}image-version/torch/${number}`, InstanceType: 'x' }],
  ));
  const keys = fc.constantFrom('JupyterLabAppSettings', 'A', 'UserSettings', 'Members', '0');
  fc.assert(fc.property(forms, fc.array(fc.tuple(fc.boolean(), keys), { maxLength: 6 }), fc.object(), ([number, form], path, noise) => {
    const nested = path.reduce<unknown>((value, [isList, key]) => isList ? [noise, value] : { ...noise, [key]: value }, form);
    expect(referencesIn(nested, 'torch')).toContainEqual({ number });
  }));
});

describe('an app', () => {
  test.each<[unknown, boolean, boolean]>([
    [{ InstanceType: 'ml.t3.medium', SageMakerImageVersionArn: `${ARN}image-version/torch/3` }, true, true],
    [{ InstanceType: 'ml.t3.medium', SageMakerImageArn: `${ARN}image/torch` }, true, false],
    [{ SageMakerImageArn: `${ARN}image/torch`, SageMakerImageVersionArn: 'None' }, true, false],
    [{ sageMakerImageVersionArn: `${ARN}image-version/torch/3` }, true, true],
    [{ SageMakerImageArn: 'None', SageMakerImageVersionArn: 'None' }, false, false],
    [{ SageMakerImageArn: null, SageMakerImageVersionArn: null }, false, false],
    [{ LifecycleConfigArn: `${ARN}studio-lifecycle-config/start` }, false, false],
    [{ SageMakerImageVersionArnFormat: 'arn:' }, false, false],
    [{ InstanceType: 'ml.t3.medium' }, false, false],
    ['arn:', false, false],
    [undefined, false, false],
  ])('with the resource spec %j names an image: %s, and a version: %s', (ResourceSpec, image, version) => {
    expect([namesImage({ ResourceSpec }), namesVersion({ ResourceSpec })]).toEqual([image, version]);
  });
});
