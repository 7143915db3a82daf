export * from './image';
export * from './provider';
export * from './release';
export * from './studio';
