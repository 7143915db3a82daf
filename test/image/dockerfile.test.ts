import { readDockerfile } from '../../src/image/private/dockerfile';

const read = (lines: string[], args?: Record<string, string>, target?: string) => readDockerfile(lines.join('\n'), args, target);

describe('the base of a Dockerfile', () => {
  test.each<[string, string[], string | undefined]>([
    ['is in its FROM', ['FROM a/b:1'], 'a/b:1'],
    ['is in lower case too', ['from a:1 as base'], 'a:1'],
    ['follows comments, directives and options', ['# syntax=docker/dockerfile:1', '', '# FROM x', 'FROM --platform=linux/amd64 a:1'], 'a:1'],
    ['is that of the last stage', ['FROM a:1 AS build', 'FROM b:1', 'COPY --from=build /x /x'], 'b:1'],
    ['comes through other stages', ['FROM a:1 AS One', 'FROM b:1', 'FROM one AS two', 'FROM two'], 'a:1'],
    ['can have the name of its stage', ['FROM python AS python'], 'python'],
    ['can continue on the next line', ['FROM \\', '  # a comment', '  a:1'], 'a:1'],
    ['can continue with another escape character', ['# escape=`', 'FROM `', '  a:1'], 'a:1'],
    ['has the default of an argument', ['ARG TAG=2.6-cpu', 'FROM a:${TAG}'], 'a:2.6-cpu'],
    ['has the default of a variable', ['FROM a:${TAG:-3.0-cpu}'], 'a:3.0-cpu'],
    ['has a quoted argument', ['ARG BASE="a:1"', 'FROM $BASE'], 'a:1'],
    ['is unknown with an argument that has no value', ['ARG TAG', 'FROM a:$TAG'], undefined],
    ['does not see the arguments of a stage', ['FROM a:1', 'ARG TAG=2', 'FROM b:$TAG'], undefined],
    ['is not in a here-document', ['FROM a:1', 'RUN <<EOF', 'FROM x:1', 'EOF', 'RUN echo'], 'a:1'],
    ['is not in one of two here-documents', ['FROM a:1', 'COPY <<"ONE" <<-TWO /x/', 'FROM x:1', 'ONE', 'FROM y:1', '\tTWO', 'FROM b:1'], 'b:1'],
    ['is not in a command', ['FROM a:1', 'RUN echo \\', 'FROM x:1'], 'a:1'],
    ['is unknown in an empty file', [''], undefined],
  ])('%s', (_, lines, base) => {
    expect(read(lines).base).toBe(base);
  });

  test('has the values of build arguments', () => {
    expect(read(['ARG TAG=1', 'FROM a:$TAG'], { TAG: '2' }).base).toBe('a:2');
  });

  test('is that of the stage to build, by name or position', () => {
    const lines = ['FROM a:1 AS One', 'ENTRYPOINT ["x"]', 'FROM b:1'];
    expect(['one', '0', 'missing', undefined].map((target) => read(lines, {}, target))).toEqual([
      { base: 'a:1', hasEntrypoint: true }, { base: 'a:1', hasEntrypoint: true }, { base: undefined, hasEntrypoint: false }, { base: 'b:1', hasEntrypoint: false },
    ]);
  });
});

describe('the entry point of a Dockerfile', () => {
  test.each<[string, string[], boolean]>([
    ['is not there without the instruction', ['FROM a:1', 'CMD ["x"]', '# ENTRYPOINT ["x"]', 'RUN echo ENTRYPOINT'], false],
    ['is that of the last stage', ['FROM a:1', 'entrypoint x'], true],
    ['is not that of another stage', ['FROM a:1 AS build', 'ENTRYPOINT ["x"]', 'FROM b:1'], false],
    ['is inherited from the stage before', ['FROM a:1 AS one', 'ENTRYPOINT ["x"]', 'FROM one'], true],
    ['is that of the last of several stages', ['FROM a:1 AS one', 'FROM one', 'ENTRYPOINT ["x"]'], true],
    ['is removed by an empty one', ['FROM a:1', 'ENTRYPOINT ["x"]', 'ENTRYPOINT [ ]'], false],
    ['is removed by an empty one in a later stage', ['FROM a:1 AS one', 'ENTRYPOINT ["x"]', 'FROM one', 'ENTRYPOINT []'], false],
    ['is set again in a later stage', ['FROM a:1 AS one', 'ENTRYPOINT []', 'FROM one', 'ENTRYPOINT ["x"]'], true],
    ['does not exist before a stage', ['ENTRYPOINT ["x"]', 'FROM a:1'], false],
  ])('%s', (_, lines, hasEntrypoint) => {
    expect(read(lines).hasEntrypoint).toBe(hasEntrypoint);
  });
});
