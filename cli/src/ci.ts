/** How a log wants its groups and annotations. */
export type Dialect = 'github' | 'gitlab' | 'plain'

/** What the environment says about the pipeline this command runs in. */
export interface Pipeline {
  /** A CI system, or `CI=true`: no prompts and no cursor. */
  readonly ci: boolean
  readonly dialect: Dialect
  /** The run of the pipeline, the same when a job of it is tried again; it makes the start of a ramp idempotent. */
  readonly run?: string
  readonly url?: string
  readonly commit?: string
  /** What the audit says when no comment was given. */
  readonly comment?: string
}

type Env = Readonly<Record<string, string | undefined>>

interface System {
  readonly here: (env: Env) => boolean
  readonly dialect: Dialect
  /** Undefined parts are left out; without any the system gives no run. */
  readonly run: (env: Env) => readonly (string | undefined)[]
  readonly url: (env: Env) => string | undefined
  readonly commit: (env: Env) => string | undefined
  readonly comment: (env: Env) => readonly (string | undefined)[]
}

/**
 * The systems we know, by the variables they document. A run names the pipeline and the job, never the attempt: a job
 * that is tried again continues watching its ramp.
 */
const SYSTEMS: readonly System[] = [
  {
    here: (env) => env['GITHUB_ACTIONS'] === 'true',
    dialect: 'github',
    run: (env) => ['github', env['GITHUB_REPOSITORY'], env['GITHUB_RUN_ID'], env['GITHUB_JOB']],
    url: (env) => runUrl(env),
    commit: (env) => env['GITHUB_SHA'],
    comment: (env) => [env['GITHUB_WORKFLOW'], number(env['GITHUB_RUN_NUMBER']), env['GITHUB_SHA']?.slice(0, 7)],
  },
  {
    here: (env) => env['GITLAB_CI'] === 'true',
    dialect: 'gitlab',
    run: (env) => ['gitlab', env['CI_PROJECT_PATH'], env['CI_PIPELINE_ID'], env['CI_JOB_NAME']],
    url: (env) => env['CI_JOB_URL'] ?? env['CI_PIPELINE_URL'],
    commit: (env) => env['CI_COMMIT_SHA'],
    comment: (env) => [env['CI_JOB_NAME'], number(env['CI_PIPELINE_ID']), env['CI_COMMIT_SHORT_SHA']],
  },
  {
    here: (env) => env['BUILDKITE'] === 'true',
    dialect: 'plain',
    run: (env) => ['buildkite', env['BUILDKITE_BUILD_ID'], env['BUILDKITE_STEP_ID']],
    url: (env) => env['BUILDKITE_BUILD_URL'],
    commit: (env) => env['BUILDKITE_COMMIT'],
    comment: (env) => [env['BUILDKITE_PIPELINE_SLUG'], number(env['BUILDKITE_BUILD_NUMBER'])],
  },
  {
    here: (env) => env['TF_BUILD'] === 'True',
    dialect: 'plain',
    run: (env) => ['azure', env['BUILD_BUILDID'], env['SYSTEM_JOBNAME']],
    url: () => undefined,
    commit: (env) => env['BUILD_SOURCEVERSION'],
    comment: (env) => [env['BUILD_DEFINITIONNAME'], env['BUILD_BUILDNUMBER']],
  },
  {
    // Jenkins, and whatever else names a build this way
    here: (env) => given(env['BUILD_ID']) || given(env['BUILD_TAG']),
    dialect: 'plain',
    run: (env) => ['build', env['BUILD_TAG'] ?? [env['JOB_NAME'], env['BUILD_ID']].filter(given).join('/')],
    url: (env) => env['BUILD_URL'],
    commit: (env) => env['GIT_COMMIT'],
    comment: (env) => [env['JOB_NAME'], number(env['BUILD_NUMBER'])],
  },
]

/** Reads the pipeline from the environment. */
export function pipelineOf(env: Env): Pipeline {
  const ci = given(env['CI']) && env['CI'] !== 'false'
  const system = SYSTEMS.find(({ here }) => here(env))
  if (system === undefined) return { ci, dialect: 'plain' }
  const [name, ...parts] = system.run(env)
  const run = parts.some(given) ? [name, ...parts.filter(given)].join(':') : undefined
  const comment = system.comment(env).filter(given).join(' ')
  const url = system.url(env)
  const commit = system.commit(env)
  return {
    ci: true,
    dialect: system.dialect,
    ...(given(run) ? { run } : {}),
    ...(given(url) ? { url } : {}),
    ...(given(commit) ? { commit } : {}),
    ...(given(comment) ? { comment } : {}),
  }
}

function runUrl(env: Env): string | undefined {
  const parts = [env['GITHUB_SERVER_URL'], env['GITHUB_REPOSITORY'], env['GITHUB_RUN_ID']]
  return parts.every(given) ? `${parts[0]}/${parts[1]}/actions/runs/${parts[2]}` : undefined
}

function number(text: string | undefined): string | undefined {
  return given(text) ? `#${text}` : undefined
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}
