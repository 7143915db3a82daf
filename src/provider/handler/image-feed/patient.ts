import type { Clock } from '../lifecycle/clock';
import type { Service } from '../service/client';
import { kindOf } from '../service/error-kinds';

const ATTEMPTS = 8;
const PAUSE = 400;

/** Repeats throttled reads, so that a list of many versions does not start over. */
export function patient(service: Pick<Service, 'send'>, { sleep, random }: Clock): Pick<Service, 'send'> {
  return {
    send: async (operation, input) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await service.send(operation, input);
        } catch (error) {
          if (attempt === ATTEMPTS || kindOf(error) !== 'busy') {
            throw error;
          }
        }
        await sleep(PAUSE * attempt * (0.5 + random()));
      }
    },
  };
}
