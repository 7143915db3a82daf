import { Component, github } from 'projen';
import { publishingJob } from './publishing';

type Job = github.workflows.Job;
type JobStep = github.workflows.JobStep;

/** The jobs that build all languages, and the tools that they need in addition to Node.js. */
const WHOLE = ['build', 'release'];
const TOOLS: github.workflows.Tools = {
  python: { version: '3.11' },
  java: { version: '17' },
  go: { version: '^1.25' },
  dotnet: { version: '8.x' },
};
/** The job that creates the tag. */
const TAG = 'release_github';
const READ = github.workflows.JobPermission.READ;

/** Settings without a projen option: required languages, permissions, shorter timeouts, and the verification of releases. */
export class Workflows extends Component {
  public preSynthesize(): void {
    for (const workflow of github.GitHub.of(this.project)!.workflows) {
      for (const [id, job] of Object.entries(workflow.jobs as Record<string, Job>)) {
        // The job `build` has packaged all languages already.
        if (id.startsWith('package-')) {
          workflow.removeJob(id);
          continue;
        }
        workflow.updateJob(id, {
          ...job,
          // GitHub's default is six hours.
          timeoutMinutes: WHOLE.includes(id) ? 120 : 30,
          ...WHOLE.includes(id) ? this.whole(job) : {},
          ...id === 'release' ? this.release(job) : {},
          // It reads the title and reports in its result.
          ...id === 'validate' ? { permissions: { pullRequests: READ } } : {},
          // The tag is created first, so that a version is always one commit, even if publishing to a registry fails and a later
          // commit fixes it.
          ...id === TAG ? { needs: ['release'] } : {},
          ...id.startsWith('release_') && id !== TAG ? { ...publishingJob(job, TOOLS), needs: ['release', TAG] } : {},
        });
      }
    }
  }

  private whole({ env }: Job): Partial<Job> {
    return {
      permissions: { contents: READ },
      tools: TOOLS,
      // Otherwise, a language whose tools are missing would be skipped, see scripts/package/targets.ts.
      env: { ...env, REQUIRE_LANGUAGES: Object.keys(TOOLS).join(',') },
    };
  }

  /** This job builds and verifies. Other jobs write to the repository and publish the packages. */
  private release({ steps }: Job): Partial<Job> {
    const after: Record<string, JobStep> = {
      release: { name: 'Verify', id: 'verify', run: 'npx projen release:verify' },
      // Otherwise, the publishing jobs would be skipped, and the workflow would succeed.
      git_remote: refusal('Refuse a branch that has moved', 'steps.git_remote.outputs.latest_commit != github.sha'),
    };
    return {
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
