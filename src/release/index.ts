export * from './image-alias';
export * from './image-feed';
export * from './image-retention';
export * from './image-version-failures';
export * from './image-version-lookup';
export * from './image-version-selector';
export * from './refresh';
