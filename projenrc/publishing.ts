import { github } from 'projen';

type Job = github.workflows.Job;
type JobStep = github.workflows.JobStep;

/** The folder with the lock files of the publisher. */
const PUBLISHER = '.github/publisher';
const CHECKOUT = '.repo';
/** Steps by which projen would build a package in the job that publishes it. */
const BUILDING = /^(Checkout|Install Dependencies|Extract build artifact|Move build artifact out of the way|(Create|Collect) \w+ artifact)$/;
/** The publishers that install Python packages. */
const WITH_PIP = /publib-(pypi|nuget)/;
const PYTHON = {
  PIP_NO_INDEX: '1',
  PIP_FIND_LINKS: `\${{ github.workspace }}/${CHECKOUT}/${PUBLISHER}/wheels`,
  // Python would look for modules in the working directory first, which is the folder of the packages.
  PYTHONSAFEPATH: '1',
};

/**
 * A job that publishes the package that the job `release` has built.
 *
 * It has credentials for a registry. Therefore, it runs no code of this repository or of its dependencies, and nothing that was
 * not pinned with a hash in a reviewed commit.
 */
export function publishingJob(job: Job, all: github.workflows.Tools): Partial<Job> {
  const steps = job.steps as JobStep[];
  const publish = steps.find(({ name }) => name === 'Release')!;
  const [publib] = /publib-\w+/.exec(publish.run!)!;
  const pip = WITH_PIP.test(publib);
  return {
    // The same versions that the packages were built with.
    tools: Object.fromEntries(Object.entries({ ...job.tools, ...all }).filter(([tool]) => tool in job.tools! || (pip && tool === 'python'))),
    steps: [
      ...steps.filter(({ name }) => name !== publish.name && !BUILDING.test(name!)),
      checkoutPublisher(),
      { name: 'Install the publisher', run: 'npm ci --ignore-scripts', workingDirectory: `${CHECKOUT}/${PUBLISHER}` },
      ...pip ? [downloadWheels()] : [],
      {
        ...publish,
        env: { ...publish.env, ...pip ? PYTHON : {} },
        run: `${CHECKOUT}/${PUBLISHER}/node_modules/.bin/${publib}`,
      },
    ],
  };
}

/** Checks out the lock files, and nothing else. */
function checkoutPublisher(): JobStep {
  return {
    ...github.WorkflowSteps.checkout({ with: { path: CHECKOUT } }),
    name: 'Checkout the lock files of the publisher',
    with: { 'path': CHECKOUT, 'sparse-checkout': `/${PUBLISHER}/`, 'sparse-checkout-cone-mode': false, 'persist-credentials': false },
  };
}

/** The publisher installs Python packages by name. It finds only those that were verified here. */
function downloadWheels(): JobStep {
  return {
    name: 'Download Python packages of the publisher',
    run: 'python3 -m pip download --require-hashes --only-binary :all: -r requirements.txt -d wheels',
    workingDirectory: `${CHECKOUT}/${PUBLISHER}`,
  };
}
