import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import { OfflineAws } from './offline-aws';

const ASK_SECONDS = 10;
const INSTALL_SECONDS = 300;

/** What builds container images on this machine. */
export type Builder = { readonly name: 'docker' | 'podman' } | { readonly name: undefined; readonly reason: string };

/** How `cdk deploy` builds container images and pushes them to an offline AWS. */
export interface BuilderEnvironment {
  /** To be added to the environment of the CDK CLI. */
  readonly env: Record<string, string>;
  /** Removes images, logins and settings. */
  dispose(): void;
}

/** The container builder of this machine, or why there is none: a Docker engine that answers, otherwise Podman. */
export function findBuilder(): Builder {
  // The format is not one that Podman's stand-in for the docker command understands.
  const docker = run('docker', ['info', '--format', '{{.ServerVersion}}']);
  if (docker.ok && docker.output.trim() !== '') {
    return { name: 'docker' };
  }
  const podman = run('podman', ['--version']);
  if (podman.ok) {
    return { name: 'podman' };
  }
  return { name: undefined, reason: `no Docker engine answers (${docker.problem}), and there is no Podman (${podman.problem})` };
}

/**
 * The container builder of this machine. Where there is none and this is root on Debian or Ubuntu, Podman is installed
 * (Debian 12: 13 s, 88 MB).
 *
 * Everywhere else a package manager would ask, and installing is the decision of who owns the machine.
 */
export function ensurePodman(log: (line: string) => void = console.log): Builder {
  const found = findBuilder();
  if (found.name) {
    return found;
  }
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return { name: undefined, reason: `${found.reason}; it is installed by itself for root on Debian and Ubuntu only` };
  }
  log('Installing Podman (once; apt-get install podman) ...');
  const deadline = Date.now() + INSTALL_SECONDS * 1000;
  const apt = (...args: string[]) => run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=60', ...args], {
    seconds: Math.max(1, (deadline - Date.now()) / 1000),
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  const install = () => apt('install', '--yes', '--no-install-recommends', 'podman');
  let installed = install();
  if (!installed.ok) {
    // Without package lists, or with old ones.
    apt('update');
    installed = install();
  }
  const after = findBuilder();
  return after.name ? after : { name: undefined, reason: `${after.reason}; installing it failed: ${installed.problem}` };
}

/**
 * What lets `cdk deploy` build container images and push them to an offline AWS; `undefined` on a machine without a
 * builder, for the reason that `findBuilder` tells.
 *
 * Nothing of the user's Docker or Podman is changed: logins, settings and Podman's images live in a temporary folder.
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

/** A Docker engine takes a registry on `localhost` as it is. */
function dockerEnvironment(folder: string, registry: string): BuilderEnvironment {
  const userConfig = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const config = join(folder, 'docker');
  mkdirSync(config);
  writeFileSync(join(config, 'config.json'), '{}');
  // What the user's own configuration says besides logins: where the engine is, and buildx.
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
 * Podman with a store of its own, so that no image of an earlier run makes it skip a build, in a form that needs neither
 * privileges nor an OCI runtime: containers may not be allowed where this runs.
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
      // There may be no OCI runtime that works; RUN then executes in a chroot.
      BUILDAH_ISOLATION: 'chroot',
      // The CDK tells Docker's format by the manifest's media type, and ECR shows it so.
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
  /** Why it is not ok, in one line. */
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
