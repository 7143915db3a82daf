/** Where tests deploy to. */
export const ENVIRONMENT = { account: '123456789012', region: 'us-east-1' };

/** For `catch`: takes an error of this name as no answer. */
export function ignore(name: string): (error: Error) => undefined {
  return (error) => {
    if (error.name !== name) {
      throw error;
    }
    return undefined;
  };
}
