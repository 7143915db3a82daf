import { join } from 'path';

/** One folder for what the package managers of all languages download; it can be deleted at any time. */
const CACHE = join(__dirname, '..', '..', '.build', 'cache');

/** Where Maven keeps what it downloads. */
export const MAVEN_REPOSITORY = process.env.JSII_PACMAK_MAVEN_LOCAL_REPOSITORY ?? join(CACHE, 'maven');

/**
 * An environment in which all package managers keep their downloads in this project.
 *
 * A fresh machine fills the folder by itself, and a second run finds everything there. What the user has set stays.
 */
export function withCaches(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    GOMODCACHE: join(CACHE, 'go', 'mod'),
    GOCACHE: join(CACHE, 'go', 'build'),
    PIP_CACHE_DIR: join(CACHE, 'pip'),
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    JSII_PACMAK_MAVEN_LOCAL_REPOSITORY: MAVEN_REPOSITORY,
    // Python, Java and Go unpack the JavaScript of aws-cdk-lib, once for each version.
    JSII_RUNTIME_PACKAGE_CACHE_ROOT: join(CACHE, 'jsii'),
    ...env,
    MAVEN_OPTS: `${env.MAVEN_OPTS ?? ''} -Dmaven.repo.local=${MAVEN_REPOSITORY}`.trim(),
    // Without it the Go modules could not be deleted.
    GOFLAGS: `${env.GOFLAGS ?? ''} -modcacherw`.trim(),
  };
}
