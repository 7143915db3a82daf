import { Component, github } from 'projen';

/** The jobs that run everything, and what that needs beside Node.js. */
const WHOLE = ['build', 'release'];
const TOOLS: github.workflows.Tools = {
  python: { version: '3.11' },
  java: { version: '17' },
  go: { version: '^1.25' },
  dotnet: { version: '8.x' },
};

/** What projen has no option for: no language is left out unseen, no job hangs for GitHub's six hours, and a release is verified. */
export class Workflows extends Component {
  public preSynthesize(): void {
    for (const workflow of github.GitHub.of(this.project)!.workflows) {
      for (const [id, job] of Object.entries(workflow.jobs as Record<string, github.workflows.Job>)) {
        const timeoutMinutes = WHOLE.includes(id) ? 120 : 30;
        workflow.updateJob(id, { ...job, timeoutMinutes, ...WHOLE.includes(id) ? this.whole(job) : {} });
      }
    }
  }

  private whole({ env, steps }: github.workflows.Job): Partial<github.workflows.Job> {
    return {
      tools: TOOLS,
      // Without it a language whose tools are missing would be skipped; see scripts/package/targets.ts.
      env: { ...env, REQUIRE_LANGUAGES: Object.keys(TOOLS).join(',') },
      // The steps of the build are a function as yet; they have no such step.
      steps: Array.isArray(steps) ? steps.flatMap((step) => step.id === 'release' ? [step, this.verification()] : [step]) : steps,
    };
  }

  /** Before anything is handed to the jobs that publish. */
  private verification(): github.workflows.JobStep {
    return { name: 'Verify changelog and audit', id: 'verify', run: 'npx projen release:verify' };
  }
}
