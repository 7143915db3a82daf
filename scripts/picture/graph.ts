import { Template } from '../examples/synth';

/** A box of the picture. */
export interface Box {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Not in the template: where the container image comes from, and the domain that is there already. */
  readonly isOutside: boolean;
  /** What has to be there before. */
  readonly after: string[];
}

/** The resources of a template and what they wait for, without what follows from the rest. */
export function boxesOf({ Resources: resources }: Template): Box[] {
  const boxes = Object.entries(resources).flatMap(([id, { Type, Metadata, Properties, DependsOn, ...rest }]) => {
    const after = [...new Set([...DependsOn ?? [], ...referencesIn({ ...rest, Properties })])].filter((target) => target in resources);
    const box = { id, title: titleOf(Type), text: nameOf(Metadata['aws:cdk:path']), isOutside: false, after };
    switch (Type) {
      case 'AWS::SageMaker::ImageVersion': {
        const container = { id: 'container', title: 'Container image in ECR', text: 'built from the Dockerfile', isOutside: true, after: [] };
        return [container, { ...box, after: [...after, container.id] }];
      }
      case 'Custom::SageMakerStudioAttachment':
        return [box, { id: 'domain', title: 'Studio domain', text: `${Properties.DomainId}, one entry more`, isOutside: true, after: [id] }];
      default:
        return [box];
    }
  });
  const isImplied = (target: string, after: string[]) => after.some((other) => other !== target && reaches(boxes, other, target));
  return boxes.map((box) => ({ ...box, after: box.after.filter((target) => !isImplied(target, box.after)) }));
}

/** The boxes in columns, each as far to the right as what waits for it allows. */
export function columnsOf(boxes: Box[]): Box[][] {
  const distance = (box: Box): number => Math.max(-1, ...boxes.filter(({ after }) => after.includes(box.id)).map(distance)) + 1;
  const columns: Box[][] = [];
  for (const box of boxes) {
    (columns[distance(box)] ??= []).push(box);
  }
  return columns.reverse();
}

function reaches(boxes: Box[], from: string, to: string): boolean {
  return boxes.find(({ id }) => id === from)!.after.some((next) => next === to || reaches(boxes, next, to));
}

/** `AWS::SageMaker::ImageVersion` is an `ImageVersion`, `AWS::IAM::Role` an `IAM Role`. */
function titleOf(type: string): string {
  const [, service, name] = type.split('::');
  return name === undefined ? 'StudioAttachment (custom resource)' : service === 'SageMaker' ? name : `${service} ${name}`;
}

/** The path of a construct without its stack and the ids that say nothing. */
function nameOf(path: string): string {
  return path.split('/').slice(1).filter((id) => id !== 'Resource' && id !== 'Default').join('/');
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref': return [inner];
      case 'Fn::GetAtt': return [inner[0]];
      default: return referencesIn(inner);
    }
  });
}
