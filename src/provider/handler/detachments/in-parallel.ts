/** Works on all items, at most `limit` at the same time, and returns the errors. */
export async function inParallel<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<Error[]> {
  const queue = [...items];
  const errors: Error[] = [];
  const next = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, next));
  return errors;
}
