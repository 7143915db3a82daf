export * from './images-provider';
export * from './images-provider-options';
