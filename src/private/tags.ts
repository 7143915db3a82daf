import type { CfnResource, ITaggable } from 'aws-cdk-lib';
import { Problems, quote } from './problems';

const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const REMEDY = "has a character that is not allowed: use letters, digits, spaces and '_.:/=+-@'";

/** Checks tags. The allowed length of a value differs between resources. */
export function checkTags(problems: Problems, tags: { [key: string]: string } | undefined, [minValue, maxValue]: [number, number]): void {
  const entries = problems.map('tags', tags, "give { team: 'vision' } for example");
  if (entries.length > MAX_TAGS) {
    problems.add(`tags has ${entries.length} entries, at most ${MAX_TAGS} are allowed`);
  }
  for (const [key, value] of entries) {
    if (problems.length(`the tag key ${quote(key)}`, key, 1, 128)) {
      problems.pattern('the tag key', key, ALLOWED, REMEDY);
    }
    if (problems.required(`the value of tag ${quote(key)}`, value, 'give one or leave the tag out')
      && problems.length(`the value of tag ${quote(key)}`, value, minValue, maxValue)) {
      problems.pattern(`the value of tag ${quote(key)}`, value, ALLOWED, REMEDY);
    }
    if (/^aws:/i.test(key)) {
      problems.add(`the tag key ${quote(key)} starts with 'aws:', which AWS reserves: choose another key`);
    }
  }
}

/** Checks the tags of a resource during synth, including those that `Tags.of()` adds. */
export function validateAllTags(resource: CfnResource & ITaggable, valueLength: [number, number]): void {
  resource.node.addValidation({
    validate: () => {
      const problems = new Problems();
      checkTags(problems, resource.tags.tagValues(), valueLength);
      return problems.messages.map((problem) => `${problem} (to exclude the resource from Tags.of(), use excludeResourceTypes: ['${resource.cfnResourceType}'])`);
    },
  });
}
