import type { Json } from '../../../../../src/provider/handler/service/json';
import { type Account, type State, versionsIn } from '../account';
import { KEPT } from '../names';

/** Checks what holds after each step, whatever it was. */
export function checkInvariants(account: Account, { labels, list, spec, deployed }: State, others: readonly Json[]): void {
  // No version in use is lost.
  const { statuses } = account;
  const listed = list.filter(({ ImageName }) => ImageName === 'torch').map(({ ImageVersionNumber }) => ImageVersionNumber as number);
  const own = deployed.get('Version')!.attributes.Version as number;
  const used = [...Object.values(labels) as number[], ...listed, ...versionsIn(spec), ...account.pins, own];
  expect(used.filter((number) => statuses[number] !== 'CREATED')).toEqual([]);
  // No entry and no setting of another team changes.
  expect(list.filter(({ ImageName }) => ImageName !== 'torch')).toEqual(others);
  expect(account.settings).toMatchObject(KEPT);
}
