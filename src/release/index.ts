export * from './image-version-lookup';
export * from './image-version-selector';
