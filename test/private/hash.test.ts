import { hashOf } from '../../src/private/hash';

// Logical ids contain the hash, so it must not change. The empty string is two quotation marks in JSON.
test('the hash of a value is the SHA-256 of its JSON in upper-case letters', () => {
  expect(hashOf('')).toBe('12AE32CB1EC02D01EDA3581B127C1FEE3B0DC53572ED6BAF239721A03D82E126');
});
