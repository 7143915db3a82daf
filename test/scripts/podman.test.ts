import { spawnSync } from 'child_process';
import { existsSync } from 'fs';
import { ensurePodman } from '../../emulator/podman';

jest.mock('child_process');
jest.mock('fs', () => ({ ...jest.requireActual('fs'), existsSync: jest.fn() }));

/** The simulation of apt-get on a machine where Podman requires a newer libsubid. */
const SIMULATION = 'Inst libsubid4 [1:4.13] (1:4.17 Debian)\nInst podman (4.3.1 Debian)\nConf libsubid4 (1:4.17 Debian)\n';

/** The commands that a machine ran. The programs are there from the start, or after `apt-get install`. */
let commands: string[];

function machine({ programs = [] as string[], apt = true }): void {
  commands = [];
  jest.mocked(existsSync).mockReturnValue(true);
  jest.mocked(spawnSync).mockImplementation((command, args) => {
    commands.push([command, ...args as string[]].join(' '));
    if (command === 'apt-get') {
      const simulated = args!.includes('--simulate');
      if (apt && !simulated && args!.includes('install')) {
        programs.push('podman');
      }
      return { status: apt ? 0 : 1, stdout: simulated && apt ? SIMULATION : '', stderr: apt ? '' : 'E: Unable to locate package podman\n' } as any;
    }
    return { status: programs.includes(command) ? 0 : 1, stdout: '5.0', stderr: `${command}: command not found\n` } as any;
  });
}

const { INSTALL_PODMAN, ...env } = process.env;
const { getuid } = process;
beforeEach(() => {
  process.env = { ...env };
  process.getuid = () => 0;
});
afterAll(() => { process.getuid = getuid; });

test('nothing is installed unless the user asks for it', () => {
  machine({});
  expect(ensurePodman(() => undefined)).toEqual({
    name: undefined,
    reason: 'no Docker engine answers (docker: command not found), and there is no Podman (podman: command not found): install one of them, '
      + 'or set INSTALL_PODMAN=1 as root on Debian or Ubuntu to install Podman with apt-get',
  });
  expect(commands.filter((command) => command.startsWith('apt-get'))).toEqual([]);
});

test('nothing is installed for a user other than root, or if there is a builder', () => {
  process.env.INSTALL_PODMAN = '1';
  machine({ programs: ['docker'] });
  expect(ensurePodman(() => undefined)).toEqual({ name: 'docker' });
  process.getuid = () => 1000;
  machine({});
  expect(ensurePodman(() => undefined).name).toBeUndefined();
  expect(commands.filter((command) => command.startsWith('apt-get'))).toEqual([]);
});

test('Podman is installed without upgrades, except for those that it requires, which are listed', () => {
  process.env.INSTALL_PODMAN = '1';
  machine({});
  const lines: string[] = [];
  expect(ensurePodman((line) => lines.push(line))).toEqual({ name: 'podman' });
  expect(commands).toContain('apt-get -o DPkg::Lock::Timeout=60 -qq install --yes --no-install-recommends --no-upgrade --no-remove podman');
  expect(lines).toEqual(['Installing Podman with apt-get, because INSTALL_PODMAN=1; this upgrades libsubid4 ...']);
});

test('the reason why Podman could not be installed is part of the result', () => {
  process.env.INSTALL_PODMAN = '1';
  machine({ apt: false });
  expect(ensurePodman(() => undefined)).toEqual({ name: undefined, reason: expect.stringMatching(/; installing it failed: E: Unable to locate package podman$/) });
  expect(commands.filter((command) => / update$/.test(command))).toHaveLength(1);
});
