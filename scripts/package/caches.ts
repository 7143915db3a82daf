import { join } from 'path';

/** The folder for downloads of all package managers. It can be deleted at any time. */
const CACHE = join(__dirname, '..', '..', '.build', 'cache');

/** The local Maven repository. */
export const MAVEN_REPOSITORY = process.env.JSII_PACMAK_MAVEN_LOCAL_REPOSITORY ?? join(CACHE, 'maven');

/**
 * Returns environment variables that make all package managers cache downloads in this project.
 *
 * Variables that the user has set take precedence.
 */
export function withCaches(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    GOMODCACHE: join(CACHE, 'go', 'mod'),
    GOCACHE: join(CACHE, 'go', 'build'),
    PIP_CACHE_DIR: join(CACHE, 'pip'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    JSII_PACMAK_MAVEN_LOCAL_REPOSITORY: MAVEN_REPOSITORY,
    // jsii runtimes unpack aws-cdk-lib, once for each version.
    JSII_RUNTIME_PACKAGE_CACHE_ROOT: join(CACHE, 'jsii'),
    ...env,
    MAVEN_OPTS: `${env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${MAVEN_REPOSITORY}`.trim(),
    // Otherwise, the Go modules would be read-only and could not be deleted.
    GOFLAGS: `${env.GOFLAGS ?? ''} -modcacherw`.trim(),
  };
}
