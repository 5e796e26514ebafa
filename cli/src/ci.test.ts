import { describe, expect, test } from 'vitest'
import { pipelineOf } from './ci.ts'

const github = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_NUMBER: '42',
  GITHUB_JOB: 'release',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_SHA: 'abcdef0123456789',
}

describe('a pipeline', () => {
  test('of GitHub names its run and job, where it is and what it releases', () => {
    expect(pipelineOf({ ...github, GITHUB_RUN_ATTEMPT: '1' })).toEqual({
      ci: true,
      dialect: 'github',
      run: 'github:acme/shop:4711:release',
      url: 'https://github.com/acme/shop/actions/runs/4711',
      commit: 'abcdef0123456789',
      comment: 'Deploy #42 abcdef0',
    })
  })

  test('that is tried again is the same run', () => {
    expect(pipelineOf({ ...github, GITHUB_RUN_ATTEMPT: '2' }).run).toBe(pipelineOf(github).run)
  })

  test('of GitLab has sections', () => {
    const env = {
      GITLAB_CI: 'true',
      CI_PROJECT_PATH: 'a/b',
      CI_PIPELINE_ID: '9',
      CI_JOB_NAME: 'ramp',
      CI_JOB_URL: 'https://x',
    }
    expect(pipelineOf(env)).toEqual({
      ci: true,
      dialect: 'gitlab',
      run: 'gitlab:a/b:9:ramp',
      url: 'https://x',
      comment: 'ramp #9',
    })
  })

  test('of another system is found by its build', () => {
    expect(pipelineOf({ BUILD_TAG: 'jenkins-shop-7', BUILD_URL: 'https://ci/7', GIT_COMMIT: 'c0ffee' })).toEqual({
      ci: true,
      dialect: 'plain',
      run: 'build:jenkins-shop-7',
      url: 'https://ci/7',
      commit: 'c0ffee',
    })
    expect(pipelineOf({ BUILD_ID: '7', JOB_NAME: 'shop' }).run).toBe('build:shop/7')
    expect(pipelineOf({ BUILDKITE: 'true', BUILDKITE_BUILD_ID: 'b', BUILDKITE_STEP_ID: 's' }).run).toBe('buildkite:b:s')
    expect(pipelineOf({ TF_BUILD: 'True', BUILD_BUILDID: '5', SYSTEM_JOBNAME: 'j' }).run).toBe('azure:5:j')
  })

  test('that is only said to be one gives no run', () => {
    expect(pipelineOf({ CI: 'true' })).toEqual({ ci: true, dialect: 'plain' })
    expect(pipelineOf({ GITHUB_ACTIONS: 'true' })).toEqual({ ci: true, dialect: 'github' })
  })
})

test('a terminal is no pipeline', () => {
  expect(pipelineOf({})).toEqual({ ci: false, dialect: 'plain' })
  expect(pipelineOf({ CI: 'false' }).ci).toBe(false)
})
