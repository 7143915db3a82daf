import { intrinsicOf } from '../../private/intrinsics';

/** Whether properties in the template mention an image. */
export function mentions(properties: unknown, imageName: unknown): boolean {
  const text = JSON.stringify(imageName).toLowerCase();
  return (JSON.stringify(properties) ?? '').toLowerCase().includes(typeof imageName === 'string' ? text.slice(1, -1) : text);
}

/**
 * Returns the versions of an image that properties in the template name: numbers or ARNs, or functions of CloudFormation that
 * return one.
 *
 * An image whose name is a function may be the same image, so that its versions are returned too. Of another template, only values
 * that are the same in every template are returned.
 */
export function managedIn(properties: unknown, imageName: unknown, isSameTemplate: boolean): unknown[] {
  const find = (value: any, branch: (version: unknown) => unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) {
      return [];
    }
    if (isSameTemplate && intrinsicOf(value) === 'Fn::If' && Array.isArray(value['Fn::If'])) {
      const [condition, one, other] = value['Fn::If'];
      const none = { Ref: 'AWS::NoValue' };
      return [
        ...find(one, (version) => branch({ 'Fn::If': [condition, version, none] })),
        ...find(other, (version) => branch({ 'Fn::If': [condition, none, version] })),
      ];
    }
    const member = (name: string) => Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1];
    const [name, number, imageArn, versionArn] = ['imagename', 'imageversionnumber', 'sagemakerimagearn', 'sagemakerimageversionarn'].map(member);
    return [
      ...number !== undefined && mayBe(name, imageName) ? [branch(number)] : [],
      ...versionArn !== undefined && mayBeArnOf(imageArn, imageName) ? [branch(versionArn)] : [],
      ...Object.values(value).flatMap((part) => find(part, branch)),
    ];
  };
  return find(properties, (version) => version).filter((version) => isSameTemplate || isPortable(version));
}

/** Whether a value refers to nothing in its template. */
function isPortable(value: unknown): boolean {
  return !/"Ref":"(?!AWS::)|"Fn::(?!Join|Sub)|\$\{(?!AWS::)/.test(JSON.stringify(value));
}

function mayBe(name: unknown, imageName: unknown): boolean {
  return typeof name !== 'string' || typeof imageName !== 'string' || name.toLowerCase() === imageName.toLowerCase();
}

function mayBeArnOf(arn: unknown, imageName: unknown): boolean {
  const name = /:image\/([^"/]+)"\}?$/.exec(JSON.stringify(arn) ?? '')?.[1];
  return name === undefined || mayBe(name, imageName);
}
