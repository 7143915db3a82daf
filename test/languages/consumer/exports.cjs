// Whatever an app touches first is there, under its own name: the library loads its classes one by one.
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
