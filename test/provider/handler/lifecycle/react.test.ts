import { type Reaction, react } from '../../../../src/provider/handler/lifecycle/react';
import type { RuleEvent } from '../../../../src/provider/kinds/rule-event';
import { World } from '../world';

const EVENT: RuleEvent = { Reaction: 'Count', Properties: { ImageName: 'torch' }, Detail: { Version: '3' }, Time: '2026-11-29T05:00:00Z' };

beforeEach(() => { jest.spyOn(console, 'log').mockImplementation(); });

test('an event of a rule reaches its reaction, with its properties', async () => {
  const events: RuleEvent[] = [];
  const reactions: Record<string, Reaction> = { Count: { react: async (event) => { events.push(event); } }, Other: { react: async () => { throw new Error('other'); } } };
  await react(EVENT, reactions, new World().clock());
  expect(events).toEqual([EVENT]);
});

test('an error of a reaction makes Lambda run the event again', async () => {
  const reactions: Record<string, Reaction> = { Count: { react: async () => { throw new Error('busy'); } } };
  await expect(react(EVENT, reactions, new World().clock())).rejects.toThrow(/^busy$/);
});

test('an unknown reaction is an error', async () => {
  await expect(react(EVENT, { Other: { react: async () => undefined } }, new World().clock()))
    .rejects.toThrow("the function does not react to 'Count'; use one of Other");
});
