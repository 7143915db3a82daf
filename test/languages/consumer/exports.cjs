// The library loads its classes lazily, so every export must work if it is the first one that an app uses.
const library = require.resolve('cdk-sagemaker-images');

const names = Object.keys(require(library));
for (const name of names) {
  delete require.cache[library];
  const first = require(library)[name];
  if (typeof first === 'function' ? first.name !== name : typeof first !== 'object') {
    throw new Error(`${name} is ${first}`);
  }
}
console.log(names.sort().join(' '));
