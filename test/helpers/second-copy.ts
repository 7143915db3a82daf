type Library = typeof import('cdk-sagemaker-images');

/** Loads a second copy of the library that shares aws-cdk-lib and constructs with the first. */
export function secondCopy(): Library {
  const shared = Object.fromEntries(['aws-cdk-lib', 'constructs'].map((name) => [name, jest.requireActual(name)]));
  let copy: Library | undefined;
  jest.isolateModules(() => {
    Object.entries(shared).forEach(([name, module]) => jest.doMock(name, () => module));
    copy = jest.requireActual<Library>('../../src');
  });
  Object.keys(shared).forEach((name) => jest.dontMock(name));
  return copy!;
}
