import type { Reference } from './model';
import { isMap, type Json } from '../service/json';

type Found = Omit<Reference, 'where'>;

/**
 * Returns how a value, such as the settings of a domain, names versions of an image: at any depth, in any spelling, and in members
 * that are not known yet.
 *
 * A value that names the image without a version means the latest, which is never deleted, and is returned without one.
 */
export function referencesIn(value: unknown, image: string): Found[] {
  const name = image.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const ofVersion = new RegExp(`:image-version/${name}/(\\d+)$`, 'i');
  const ofImage = new RegExp(`:image/${name}$`, 'i');
  const find = (part: unknown): Found[] => {
    if (typeof part === 'string') {
      const number = ofVersion.exec(part)?.[1];
      return number !== undefined ? [{ number: Number(number) }] : ofImage.test(part) ? [{}] : [];
    }
    if (Array.isArray(part)) {
      return part.flatMap(find);
    }
    if (!isMap(part)) {
      return [];
    }
    const members = Object.entries(part);
    const nested = members.flatMap(([, member]) => typeof member === 'string' ? [] : find(member));
    return [...nested, ...findInObject(members)];
  };
  const findInObject = (members: [string, unknown][]): Found[] => {
    const inStrings = members.flatMap(([, member]) => typeof member === 'string' ? find(member) : []);
    const isNamed = inStrings.length > 0 || members.some(([key, member]) => /imagename/i.test(key) && String(member).toLowerCase() === image.toLowerCase());
    const namesOther = members.some(([key, member]) => /image(version)?(arn|name)$/i.test(key) && typeof member === 'string' && !['', 'None'].includes(member));
    // An alias alone may be one of any image.
    const aliases = isNamed || !namesOther
      ? members.filter(([key]) => isNamed ? /alias/i.test(key) : /imageversionalias/i.test(key)).flatMap(([, member]): Found[] => [member].flat().map(aliasOf)) : [];
    const numbers = isNamed ? members.filter(([key]) => /version/i.test(key) && !/alias/i.test(key)).flatMap(([, member]) => numberOf(member)) : [];
    const versions = [...inStrings.filter(({ number }) => number !== undefined), ...numbers, ...aliases];
    return versions.length > 0 ? versions : isNamed ? [{}] : [];
  };
  const numberOf = (member: unknown): Found[] => {
    if (member === null || member === undefined || member === '' || member === 'None' || (typeof member === 'string' && member.startsWith('arn:'))) {
      return [];
    }
    const number = Number(member);
    return [typeof member !== 'object' && Number.isSafeInteger(number) ? { number } : { unclear: true }];
  };
  return find(value);
}

function aliasOf(alias: unknown): Found {
  return typeof alias === 'string' ? { alias } : { unclear: true };
}

/** Whether the description of an app names an image. */
export function namesImage(app: Json): boolean {
  return hasArn(app, /image(version)?arn$/i);
}

/** Whether it names a version of the image too. */
export function namesVersion(app: Json): boolean {
  return hasArn(app, /imageversionarn$/i);
}

function hasArn({ ResourceSpec: spec }: Json, name: RegExp): boolean {
  return isMap(spec) && Object.entries(spec).some(([key, value]) => name.test(key) && typeof value === 'string' && value.startsWith('arn:'));
}
