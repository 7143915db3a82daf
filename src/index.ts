export * from './image';
export * from './studio';
