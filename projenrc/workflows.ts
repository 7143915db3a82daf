import { Component, github } from 'projen';

type Job = github.workflows.Job;
type JobStep = github.workflows.JobStep;

/** The jobs that run everything, and what that needs beside Node.js. */
const WHOLE = ['build', 'release'];
const TOOLS: github.workflows.Tools = {
  python: { version: '3.11' },
  java: { version: '17' },
  go: { version: '^1.25' },
  dotnet: { version: '8.x' },
};
/** The job that makes the tag. */
const TAG = 'release_github';

/** What projen has no option for: no language is left out unseen, no job hangs for GitHub's six hours, and a release is verified. */
export class Workflows extends Component {
  public preSynthesize(): void {
    for (const workflow of github.GitHub.of(this.project)!.workflows) {
      for (const [id, job] of Object.entries(workflow.jobs as Record<string, Job>)) {
        workflow.updateJob(id, {
          ...job,
          timeoutMinutes: WHOLE.includes(id) ? 120 : 30,
          // A package is made with what it was tested with.
          tools: job.tools && Object.fromEntries(Object.entries({ ...job.tools, ...TOOLS }).filter(([tool]) => tool in job.tools!)),
          ...WHOLE.includes(id) ? this.whole(job) : {},
          ...id === 'release' ? this.release(job) : {},
          // The tag comes first: one version is one commit, also where a registry fails and the next commit repairs that.
          ...id.startsWith('release_') ? { needs: id === TAG ? ['release'] : ['release', TAG] } : {},
        });
      }
    }
  }

  private whole({ env }: Job): Partial<Job> {
    return {
      tools: TOOLS,
      // Without it a language whose tools are missing would be skipped; see scripts/package/targets.ts.
      env: { ...env, REQUIRE_LANGUAGES: Object.keys(TOOLS).join(',') },
    };
  }

  /** It builds and judges; what writes to the repository is another job. */
  private release({ steps }: Job): Partial<Job> {
    const after: Record<string, JobStep> = {
      release: { name: 'Verify', id: 'verify', run: 'npx projen release:verify' },
      // Without it the jobs that publish are skipped, and all is green.
      git_remote: refusal('Refuse a branch that has moved', 'steps.git_remote.outputs.latest_commit != github.sha'),
    };
    return {
      permissions: { contents: github.workflows.JobPermission.READ },
      steps: [
        refusal('Refuse another branch than main', "github.ref != 'refs/heads/main'"),
        ...(steps as JobStep[]).flatMap((step) => step.id! in after ? [step, after[step.id!]] : [step]),
      ],
    };
  }
}

function refusal(name: string, condition: string): JobStep {
  return { name, if: `\${{ ${condition} }}`, run: 'exit 1' };
}
