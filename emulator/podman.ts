import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import { OfflineAws } from './offline-aws';

const ASK_SECONDS = 10;
const INSTALL_SECONDS = 300;
/** The environment variable that lets the tests install Podman, if it is `1`. */
export const INSTALL_PODMAN = 'INSTALL_PODMAN';

/** A tool that builds container images on this machine. */
export type Builder = { readonly name: 'docker' | 'podman' } | { readonly name: undefined; readonly reason: string };

/** Lets `cdk deploy` build container images and push them to an offline AWS. */
export interface BuilderEnvironment {
  /** Variables for the environment of the CDK CLI. */
  readonly env: Record<string, string>;
  /** Removes images, logins and settings. */
  dispose(): void;
}

/** Returns the container builder of this machine, a running Docker engine or else Podman, or the reason why there is none. */
export function findBuilder(): Builder {
  // The docker command of Podman does not support this format.
  const docker = run('docker', ['info', '--format', '{{.ServerVersion}}']);
  if (docker.ok && docker.output.trim() !== '') {
    return { name: 'docker' };
  }
  const podman = run('podman', ['--version']);
  if (podman.ok) {
    return { name: 'podman' };
  }
  return {
    name: undefined,
    reason: `no Docker engine answers (${docker.problem}), and there is no Podman (${podman.problem}): install one of them, `
      + `or set ${INSTALL_PODMAN}=1 as root on Debian or Ubuntu to install Podman with apt-get`,
  };
}

/** Whether the user lets the tests install Podman. */
export function wantsPodman(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[INSTALL_PODMAN] === '1';
}

/**
 * Returns the container builder of this machine. If there is none, and the user is root on Debian or Ubuntu and asks for it with
 * INSTALL_PODMAN=1, it installs Podman (Debian 12: 13 s, 88 MB).
 */
export function ensurePodman(log: (line: string) => void = console.log): Builder {
  const found = findBuilder();
  if (found.name || !wantsPodman() || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return found;
  }
  const deadline = Date.now() + INSTALL_SECONDS * 1000;
  const apt = (...args: string[]) => run('apt-get', ['-o', 'DPkg::Lock::Timeout=60', ...args], {
    seconds: Math.max(1, (deadline - Date.now()) / 1000),
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  const install = () => {
    // Packages that are installed already keep their versions, unless Podman requires newer ones.
    const args = ['install', '--yes', '--no-install-recommends', '--no-upgrade', '--no-remove', 'podman'];
    const upgraded = [...apt('--simulate', ...args).output.matchAll(/^Inst (\S+) \[/gm)].map(([, name]) => name);
    log(`Installing Podman with apt-get, because ${INSTALL_PODMAN}=1${upgraded.length > 0 ? `; this upgrades ${upgraded.join(', ')}` : ''} ...`);
    return apt('-qq', ...args);
  };
  let installed = install();
  if (!installed.ok) {
    // Package lists may be missing or out of date.
    apt('-qq', 'update');
    installed = install();
  }
  const after = findBuilder();
  return after.name ? after : { name: undefined, reason: `${after.reason}; installing it failed: ${installed.problem}` };
}

/**
 * Lets `cdk deploy` build container images and push them to an offline AWS; `undefined` on a machine without a
 * builder, for the reason that `findBuilder` returns.
 *
 * The user's Docker and Podman are not changed: logins, settings and Podman's images are in a temporary folder.
 */
export function podmanEnvironment(aws: OfflineAws): BuilderEnvironment | undefined {
  const { name } = findBuilder();
  if (!name) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'offline-builder-'));
  const registry = new URL(aws.endpoint).host;
  return name === 'docker' ? dockerEnvironment(folder, registry) : privatePodman(folder, registry);
}

/** A Docker engine accepts a registry on `localhost` without configuration. */
function dockerEnvironment(folder: string, registry: string): BuilderEnvironment {
  const userConfig = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const config = join(folder, 'docker');
  mkdirSync(config);
  writeFileSync(join(config, 'config.json'), '{}');
  // Settings from the user's configuration other than logins: the engine and buildx.
  const plugins = join(userConfig, 'cli-plugins');
  if (existsSync(plugins)) {
    symlinkSync(plugins, join(config, 'cli-plugins'));
  }
  const host = process.env.DOCKER_HOST ?? run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']).output.trim();
  return {
    env: { CDK_DOCKER: 'docker', DOCKER_CONFIG: config, ...host ? { DOCKER_HOST: host } : {} },
    dispose: () => {
      const listed = run('docker', ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${registry}/*/*/*`]);
      const pushed = listed.output.split('\n').filter((tag) => tag.startsWith(registry));
      if (pushed.length > 0) {
        run('docker', ['image', 'rm', ...pushed]);
      }
      remove(folder);
    },
  };
}

/**
 * Podman with a separate store, so that it does not skip a build because of an earlier run, and without
 * privileges or an OCI runtime, because containers may not be allowed on this machine.
 */
function privatePodman(folder: string, registry: string): BuilderEnvironment {
  const file = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const text = JSON.stringify;
  return {
    env: {
      CDK_DOCKER: 'podman',
      CONTAINERS_STORAGE_CONF: file('storage.conf',
        '[storage]',
        'driver = "vfs"',
        `graphroot = ${text(join(folder, 'storage'))}`,
        `runroot = ${text(join(folder, 'run'))}`),
      CONTAINERS_CONF: file('containers.conf',
        '[engine]',
        'cgroup_manager = "cgroupfs"',
        'events_logger = "none"',
        `tmp_dir = ${text(join(folder, 'tmp'))}`),
      CONTAINERS_REGISTRIES_CONF: file('registries.conf',
        '[[registry]]',
        `location = ${text(registry)}`,
        'insecure = true'),
      REGISTRY_AUTH_FILE: file('auth.json', '{}'),
      // RUN executes in a chroot, because there may be no working OCI runtime.
      BUILDAH_ISOLATION: 'chroot',
      // The media type of Docker's format, as ECR shows it for images of the CDK.
      BUILDAH_FORMAT: 'docker',
      // The cache of Podman 4.3 ignores --platform and hands out the wrong architecture.
      BUILDAH_LAYERS: 'false',
    },
    dispose: () => remove(folder),
  };
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

interface Ran {
  readonly ok: boolean;
  readonly output: string;
  /** The reason if it failed, in one line. */
  readonly problem: string;
}

function run(command: string, args: string[], options: { seconds?: number; env?: Record<string, string> } = {}): Ran {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: (options.seconds ?? ASK_SECONDS) * 1000,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = `${stderr ?? ''}`.trim().split('\n').filter((line) => line.trim() !== '');
  return {
    ok: !error && status === 0,
    output: stdout ?? '',
    problem: error?.message ?? lines.pop() ?? `${command} ended with ${status}`,
  };
}

if (require.main === module) {
  const { name, ...rest } = ensurePodman();
  console.log(name ? `container images are built with ${name}` : `container images cannot be built: ${'reason' in rest ? rest.reason : ''}`);
}
