import { metadataFrom } from '../../../../src/provider/handler/image-feed/labels';

const P = 'cdk-sagemaker-images.';
const DESCRIPTION = 'org.opencontainers.image.description';

test('labels become metadata, before that of the feed', () => {
  expect(metadataFrom({
    [`${P}vendor-guidance`]: 'STABLE',
    [`${P}job-type`]: 'TRAINING',
    [`${P}ml-framework`]: 'PyTorch 2.4.1',
    [`${P}programming-lang`]: 'Python 3.12',
    [`${P}processor`]: 'GPU',
    [`${P}horovod`]: 'true',
    [`${P}release-notes`]: 'Notes',
    [`${P}unknown`]: 'x',
    [DESCRIPTION]: 'Description',
    maintainer: 'ann',
  }, { VendorGuidance: 'ARCHIVED', ReleaseNotes: 'fixed' })).toStrictEqual({
    metadata: {
      VendorGuidance: 'STABLE', JobType: 'TRAINING', MLFramework: 'PyTorch 2.4.1', ProgrammingLang: 'Python 3.12', Processor: 'GPU', Horovod: true, ReleaseNotes: 'Notes',
    },
    dropped: [],
  });
});

test.each<[Record<string, unknown>, object, object]>([
  [{}, {}, {}],
  [{}, { Processor: 'CPU' }, { Processor: 'CPU' }],
  [{ [`${P}horovod`]: 'false' }, { Horovod: true }, { Horovod: false }],
  [{ [DESCRIPTION]: 'Description' }, {}, { ReleaseNotes: 'Description' }],
  [{ [DESCRIPTION]: 'Description' }, { ReleaseNotes: 'fixed' }, { ReleaseNotes: 'fixed' }],
  [{ [DESCRIPTION]: ' ' }, {}, {}],
  [{ [DESCRIPTION]: 5 }, {}, {}],
])('%j beside %j is %j', (labels, fixed, metadata) => {
  expect(metadataFrom(labels, fixed)).toStrictEqual({ metadata, dropped: [] });
});

test.each<[string, string, unknown[]]>([
  ['vendor-guidance', 'VendorGuidance', ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED']],
  ['job-type', 'JobType', ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL']],
  ['ml-framework', 'MLFramework', ['PyTorch 2.4', 'PyTorch2.4', 'TensorFlow 12.16.10', `${'a'.repeat(124)} 1.2`]],
  ['programming-lang', 'ProgrammingLang', ['R 4.4', 'Python 13.12']],
  ['processor', 'Processor', ['CPU', 'GPU']],
  ['release-notes', 'ReleaseNotes', ['x', ' two words ']],
])('%s can be any value that SageMaker accepts', (label, name, values) => {
  for (const value of values) {
    expect(metadataFrom({ [P + label]: value }, {})).toStrictEqual({ metadata: { [name]: value }, dropped: [] });
  }
});

test.each<[string, unknown[]]>([
  ['vendor-guidance', ['stable', 'UNSTABLE', 'STABLE2', 5, ['STABLE']]],
  ['job-type', ['MY_TRAINING', 'TRAINING2']],
  ['ml-framework', ['PyTorch', 'PyTorch 2', '1 PyTorch 2.4', 'PyTorch 2.4 GPU', 'PyTorch  2.4', 'PyTorch 2.4.x', `${'a'.repeat(125)} 1.2`]],
  ['programming-lang', ['Python three']],
  ['processor', ['TPU', 'XGPU', 'GPUs']],
  ['horovod', ['yes', 'untrue', 'true!']],
  ['release-notes', ['', ' ', null]],
])('%s with another value is dropped', (label, values) => {
  for (const value of values) {
    expect(metadataFrom({ [P + label]: value }, { Processor: 'CPU' })).toStrictEqual({ metadata: { Processor: 'CPU' }, dropped: [`${P}${label}=${value}`.slice(0, P.length + label.length + 81)] });
  }
});
