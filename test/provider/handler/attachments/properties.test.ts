import { type Scene, scene } from './scene';
import { parse } from '../../../../src/provider/handler/attachments/properties';

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

const IMAGE = { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: '3' };
const lab = (...CustomImages: unknown[]) => ({ JupyterLabAppSettings: { CustomImages } });

test('entries keep their order, and version numbers become numbers', () => {
  const latest = { ImageName: 'b', AppImageConfigName: 'c' };
  expect(parse({
    DomainId: 'd-1',
    DefaultSpaceSettings: lab(IMAGE),
    DefaultUserSettings: { RSessionAppSettings: { CustomImages: [latest, IMAGE] } },
    PassExecutionRole: ['DefaultUserSettings'],
  })).toEqual({
    target: { kind: 'Domain', key: { DomainId: 'd-1' } },
    entries: [
      { settings: 'DefaultUserSettings', app: 'RSessionAppSettings', image: { ImageName: 'b', AppImageConfigName: 'c' } },
      { settings: 'DefaultUserSettings', app: 'RSessionAppSettings', image: { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 } },
      { settings: 'DefaultSpaceSettings', app: 'JupyterLabAppSettings', image: { ImageName: 'torch', AppImageConfigName: 'torch-jl', ImageVersionNumber: 3 } },
    ],
    defaults: [],
    passRole: ['DefaultUserSettings'],
    waitForApps: false,
  });
});

const IMAGE_ARN = 'arn:aws-cn:sagemaker:cn-north-1:111111111111:image/Torch-2.4';
const VERSION_ARN = 'arn:aws-cn:sagemaker:cn-north-1:111111111111:image-version/torch-2.4/12';
const withDefault = (DefaultResourceSpec: unknown) => ({ DomainId: 'd-1', DefaultUserSettings: { CodeEditorAppSettings: { DefaultResourceSpec } } });

test('an app may have a default, with or without a list, and with or without a version', () => {
  expect(parse({
    DomainId: 'd-1',
    SpaceName: 'team',
    SpaceSettings: {
      CodeEditorAppSettings: { DefaultResourceSpec: { SageMakerImageArn: IMAGE_ARN, SageMakerImageVersionArn: VERSION_ARN } },
      JupyterLabAppSettings: { CustomImages: [IMAGE], DefaultResourceSpec: { SageMakerImageArn: IMAGE_ARN } },
      KernelGatewayAppSettings: { DefaultResourceSpec: null },
    },
  })).toMatchObject({
    entries: [{ app: 'JupyterLabAppSettings' }],
    defaults: [
      { settings: 'SpaceSettings', app: 'CodeEditorAppSettings', image: { SageMakerImageArn: IMAGE_ARN, SageMakerImageVersionArn: VERSION_ARN } },
      { settings: 'SpaceSettings', app: 'JupyterLabAppSettings', image: { SageMakerImageArn: IMAGE_ARN } },
    ],
  });
});

test('settings, lists and version numbers may be missing or empty', () => {
  const empty = { DefaultUserSettings: lab(), PassExecutionRole: [] };
  for (const settings of [{}, { DefaultUserSettings: {} }, { DefaultUserSettings: { CodeEditorAppSettings: {} } }, empty]) {
    expect(parse({ DomainId: 'd-1', ...settings })).toMatchObject({ entries: [], passRole: [] });
  }
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageVersionNumber: '' }) }).entries[0].image).not.toHaveProperty('ImageVersionNumber');
});

test('values that are null are missing', () => {
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: null } }, DefaultSpaceSettings: null, PassExecutionRole: null }))
    .toMatchObject({ entries: [], passRole: [] });
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageVersionNumber: null }) }).entries[0].image).not.toHaveProperty('ImageVersionNumber');
});

test('a long value is shortened, and a contradiction is reported once', () => {
  const message = (properties: object) => {
    try {
      return parse(properties);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message({ DomainId: 'd-1', DefaultUserSettings: 'x'.repeat(78) })).toContain(`got "${'x'.repeat(78)}";`);
  expect(message({ DomainId: 'd-1', DefaultUserSettings: 'x'.repeat(79) })).toContain(`got "${'x'.repeat(79)}…;`);
  expect(message({ DomainId: 'd-1', DefaultUserSettings: lab({ ImageName: 'a', AppImageConfigName: 'b' }, { ImageName: 'a', AppImageConfigName: 'b', ImageVersionNumber: 2 }) }))
    .toBe('the attachment properties are not valid: DefaultUserSettings.JupyterLabAppSettings.CustomImages[1] {"ImageName":"a","AppImageConfigName":"b","ImageVersionNumber":2} '
      + 'repeats {"ImageName":"a","AppImageConfigName":"b"} with a different version number; nothing was changed; correct them and deploy again');
});

test('the same entry in several lists counts for each of them', () => {
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: { ...lab(IMAGE), CodeEditorAppSettings: { CustomImages: [IMAGE] } }, DefaultSpaceSettings: lab(IMAGE) }).entries).toHaveLength(3);
});

test('duplicate entries count once', () => {
  expect(parse({ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: 'Torch' }) }).entries).toHaveLength(1);
});

test.each<[object, ...string[]]>([
  [{}, 'DomainId must be a non-empty string, got undefined'],
  [{ DomainId: '' }, 'DomainId must be a non-empty string, got ""'],
  [{ DomainId: 'd-1', UserProfileName: ['ann'] }, 'UserProfileName must be a non-empty string, got ["ann"]'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', SpaceName: 'team' }, 'UserProfileName "ann" and SpaceName "team" cannot be used together'],
  [{ DomainId: 'd-1', UserSettings: lab(IMAGE) }, 'UserSettings does not apply to a domain (use DefaultUserSettings or DefaultSpaceSettings)'],
  [{ DomainId: 'd-1', SpaceSettings: lab(IMAGE) }, 'SpaceSettings does not apply to a domain'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', DefaultUserSettings: lab(IMAGE) }, 'DefaultUserSettings does not apply to a user profile (use UserSettings)'],
  [{ DomainId: 'd-1', UserProfileName: 'ann', SpaceSettings: lab(IMAGE) }, 'SpaceSettings does not apply to a user profile (use UserSettings)'],
  [{ DomainId: 'd-1', SpaceName: 'team', UserSettings: {} }, 'UserSettings does not apply to a space (use SpaceSettings)'],
  [{ DomainId: 'd-1', SpaceName: 'team', PassExecutionRole: ['UserSettings'] }, 'PassExecutionRole[0] "UserSettings" does not apply to a space'],
  [{ DomainId: 'd-1', PassExecutionRole: 'true' }, 'PassExecutionRole must be a list, got "true"'],
  [{ DomainId: 'd-1', DefaultUserSettings: 'x' }, 'DefaultUserSettings must be a map, got "x"'],
  [{ DomainId: 'd-1', DefaultUserSettings: { VSCode: {} } }, 'DefaultUserSettings.VSCode is not supported (use KernelGatewayAppSettings, JupyterLabAppSettings, '],
  [{ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: [] } }, 'DefaultUserSettings.JupyterLabAppSettings must be a map, got []'],
  [{ DomainId: 'd-1', DefaultUserSettings: { JupyterLabAppSettings: { CustomImages: IMAGE } } }, 'JupyterLabAppSettings.CustomImages must be a list, got {"ImageName"'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab('torch', IMAGE) }, 'DefaultUserSettings.JupyterLabAppSettings.CustomImages[0] must be a map, got "torch"'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: '' }) }, 'CustomImages[1].ImageName must be a non-empty string, got ""'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageName: 5 }) }, 'CustomImages[0].ImageName must be a non-empty string, got 5'],
  [{ DomainId: 'd-1', DefaultUserSettings: lab({ ImageName: 'torch' }) }, 'CustomImages[0].AppImageConfigName must be a non-empty string, got undefined'],
  ...['1.5', '0', '-1', 'latest', ['1', '2'], {}].map((ImageVersionNumber): [object, string] => [
    { DomainId: 'd-1', DefaultUserSettings: lab({ ...IMAGE, ImageVersionNumber }) },
    `CustomImages[0].ImageVersionNumber must be a positive integer, got ${JSON.stringify(ImageVersionNumber)}`,
  ]),
  [{ DomainId: 'd-1', DefaultUserSettings: lab(IMAGE, { ...IMAGE, ImageName: 'Torch', ImageVersionNumber: '4' }) }, 'CustomImages[1] {"ImageName":"Torch"', 'with a different version number'],
  [withDefault('torch'), 'DefaultUserSettings.CodeEditorAppSettings.DefaultResourceSpec must be a map, got "torch"'],
  [withDefault({}), 'DefaultUserSettings.CodeEditorAppSettings.DefaultResourceSpec.SageMakerImageArn must be the ARN of an image, got undefined'],
  ...['torch', VERSION_ARN, `${IMAGE_ARN}/1`, ` ${IMAGE_ARN}`, 'arn:aws:s3:eu-west-1:111111111111:image/torch', 'arn:aws:sagemaker:eu-west-1:1:image/torch', [IMAGE_ARN]]
    .map((SageMakerImageArn): [object, string] => [
      withDefault({ SageMakerImageArn }), `DefaultResourceSpec.SageMakerImageArn must be the ARN of an image, got ${JSON.stringify(SageMakerImageArn)}`,
    ]),
  ...['', 3, IMAGE_ARN, `${VERSION_ARN}/1`, VERSION_ARN.replace('/12', '/latest'), ` ${VERSION_ARN}`].map((SageMakerImageVersionArn): [object, string] => [
    withDefault({ SageMakerImageArn: IMAGE_ARN, SageMakerImageVersionArn }),
    `DefaultResourceSpec.SageMakerImageVersionArn must be the ARN of an image version, got ${JSON.stringify(SageMakerImageVersionArn)}`,
  ]),
  [
    withDefault({ SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:111111111111:image/other', SageMakerImageVersionArn: VERSION_ARN }),
    `DefaultResourceSpec.SageMakerImageVersionArn ${VERSION_ARN} is not a version of arn:aws:sagemaker:eu-west-1:111111111111:image/other`,
  ],
  [{ DomainId: 'd-1', UserSettings: lab({}), DefaultUserSettings: 5 }, 'UserSettings does not apply', 'ImageName must be', 'AppImageConfigName must be', 'must be a map, got 5'],
])('invalid properties (%j) fail before any call, with all problems', async (properties, ...problems) => {
  const { domain, run }: Scene = scene();
  const failure = await run('Create', properties);
  expect(failure).toMatchObject({ untouched: true, message: expect.stringMatching(/^the attachment properties are not valid: .*; nothing was changed; correct them and deploy again$/) });
  problems.forEach((problem) => expect(failure!.message).toContain(problem));
  expect(domain.reads).toBe(0);
});
