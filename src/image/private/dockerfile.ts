/** What a Dockerfile says about the container image that is built from it. */
export interface DockerfileFacts {
  /** The container image that the last stage is built from, directly or through other stages. Undefined if it is unknown. */
  readonly base?: string;
  /** Whether the last of these stages that has an `ENTRYPOINT` sets one, rather than removing it with `[]`. */
  readonly hasEntrypoint: boolean;
}

interface Stage {
  readonly base: string;
  readonly name?: string;
  hasEntrypoint?: boolean;
}

/**
 * Reads a Dockerfile as far as needed to know its base image and entry point.
 *
 * @param buildArgs values of build arguments, which override the defaults of `ARG`
 * @param target the stage to build. Without it, the last one is built.
 */
export function readDockerfile(text: string, buildArgs: Record<string, string> = {}, target?: string): DockerfileFacts {
  const args: Record<string, string | undefined> = {};
  const stages: Stage[] = [];
  for (const [, name, rest] of instructionsOf(text)) {
    switch (name.toUpperCase()) {
      case 'ARG': {
        // Arguments of a stage do not apply to FROM.
        const [arg, value] = rest.split(/=(.*)/s);
        if (stages.length === 0) {
          args[arg] = buildArgs[arg] ?? (value && unquoted(value));
        }
        break;
      }
      case 'FROM': {
        const [base, , stage] = rest.replace(/^(--\S+\s+)*/, '').split(/\s+/);
        stages.push({ base: substituted(base, args), name: stage?.toLowerCase() });
        break;
      }
      case 'ENTRYPOINT':
        stages.slice(-1).forEach((stage) => { stage.hasEntrypoint = !/^\[\s*\]$/.test(rest.trim()); });
    }
  }
  return factsOf(stages, target?.toLowerCase());
}

function factsOf(stages: Stage[], target?: string): DockerfileFacts {
  let index = target === undefined ? stages.length - 1 : stages.findIndex(({ name }, position) => name === target || `${position}` === target);
  let hasEntrypoint: boolean | undefined;
  let base: string | undefined;
  while (index >= 0) {
    base = stages[index].base;
    hasEntrypoint ??= stages[index].hasEntrypoint;
    // A stage can be built from an earlier one only.
    index = stages.slice(0, index).findIndex(({ name }) => name === base!.toLowerCase());
  }
  return { base: base?.includes('$') ? undefined : base, hasEntrypoint: hasEntrypoint ?? false };
}

/** Returns the instructions as matches with their names and arguments, without comments and the content of here-documents. */
function instructionsOf(text: string): RegExpExecArray[] {
  const escape = /^#\s*escape\s*=\s*`/im.test(text) ? '`' : '\\';
  const found: RegExpExecArray[] = [];
  let line = '';
  let ends: string[] = [];
  for (const next of text.split(/\r?\n/)) {
    if (ends.length > 0) {
      ends = next.trim() === ends[0] ? ends.slice(1) : ends;
    } else if (!/^\s*(#|$)/.test(next)) {
      line += next.trim();
      if (line.endsWith(escape)) {
        line = `${line.slice(0, -1)} `;
      } else {
        found.push(...[/^(\w+)\s+(.*)$/.exec(line)].filter((match) => match !== null));
        ends = /^(RUN|COPY|ADD)\s/i.test(line) ? [...line.matchAll(/<<-?["']?(\w+)/g)].map(([, end]) => end) : [];
        line = '';
      }
    }
  }
  return found;
}

/** Replaces variables by their values. Those without a value stay. */
function substituted(text: string, values: Record<string, string | undefined>): string {
  return unquoted(text).replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (variable, braced, fallback, plain) => values[braced ?? plain] ?? fallback ?? variable);
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}
