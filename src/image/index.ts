export * from './base-image';
export * from './base-image-options';
export * from './image';
export * from './image-grants';
export * from './image-version';
export * from './image-version-grants';
export * from './version-metadata';
