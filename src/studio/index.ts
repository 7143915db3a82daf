export * from './app-image-config';
export * from './app-image-config-grants';
export * from './studio-app';
export * from './studio-attachment';
export * from './studio-image';
export * from './studio-image-options';
export * from './studio-target';
