import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { specProblems } from '../helpers/service-spec';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;
}

/** An app and what three judges say about it. */
export class Synthesized {
  /** Synthesizes an app with the validation engine of the CDK, which other tests turn off, see test/setup.ts. */
  public static from(build: (app: App) => void): Synthesized {
    delete process.env.CDK_VALIDATION;
    // The engine prints its findings.
    const print = jest.spyOn(console, 'error').mockImplementation();
    try {
      const app = new App({ analyticsReporting: false });
      build(app);
      return new Synthesized(app, app.synth().directory);
    } finally {
      print.mockRestore();
      process.env.CDK_VALIDATION = 'false';
    }
  }

  private constructor(private readonly app: App, private readonly directory: string) {}

  /** Returns the ids of the warnings, and the errors, including those of products, which not all releases of the CDK print. */
  public get messages(): string[] {
    return this.app.node.findAll().flatMap(({ node }) => node.metadata)
      .filter(({ type }) => ['aws:cdk:warning', 'aws:cdk:error'].includes(type))
      .map(({ data }) => /\[ack: (.*)\]$/s.exec(data)?.[1] ?? data);
  }

  /** Returns the types of the resources, including those of products. */
  public get types(): string[] {
    return this.resources.map(({ Type }) => Type);
  }

  /** Returns the resources that the CloudFormation schemas do not allow. */
  public get schemaProblems(): string[] {
    return this.resources.filter(({ Type }) => Type.startsWith('AWS::') && Type !== 'AWS::CDK::Metadata')
      .flatMap(({ Type, Properties = {} }) => specProblems(Type, Properties));
  }

  /** Returns the findings of the engine, or undefined if this release of the CDK has none. */
  public get findings(): string[] | undefined {
    const name = 'validation-report.json';
    return readdirSync(this.directory).includes(name)
      ? this.read(name).pluginReports.flatMap(({ violations }: any) => violations).map(({ ruleName, description }: any) => `${ruleName}: ${description}`)
      : undefined;
  }

  private get resources() {
    const templates: Template[] = readdirSync(this.directory).filter((name) => name.endsWith('.template.json')).map((name) => this.read(name));
    return templates.flatMap(({ Resources }) => Object.values(Resources));
  }

  private read(name: string): any {
    return JSON.parse(readFileSync(join(this.directory, name), 'utf8'));
  }
}
