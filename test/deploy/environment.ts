/** The environment that the tests deploy to. */
export const ENVIRONMENT = { account: '123456789012', region: 'us-east-1' };

/** For `catch`: returns `undefined` for errors with this name, and rethrows all others. */
export function ignore(name: string): (error: Error) => undefined {
  return (error) => {
    if (error.name !== name) {
      throw error;
    }
    return undefined;
  };
}
