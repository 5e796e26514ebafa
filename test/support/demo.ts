import { type RunningServer, startServer } from './processes.ts'

export const PROJECT = 'demo'
export const ENVIRONMENT = 'production'
export const FLAG = 'new-checkout-flow'

export const inProject = { params: { project: PROJECT } }
export const inEnvironment = { params: { project: PROJECT, environment: ENVIRONMENT } }
export const ofFlag = { params: { project: PROJECT, environment: ENVIRONMENT, flag: FLAG } }

export interface Demo extends RunningServer {
  readonly serverKey: string
}

/** A server with one project, one production environment, and the flag on for nobody. */
export async function startDemo(options: Parameters<typeof startServer>[0] = {}): Promise<Demo> {
  const server = await startServer(options)
  const { api } = server
  await api.createProject({ body: { key: PROJECT } })
  await api.createEnvironment({ ...inProject, body: { key: ENVIRONMENT, class: 'production' } })
  await api.createFlag({ ...inProject, body: { key: FLAG } })
  await api.setRollout({ ...ofFlag, body: { percent: 0, variation: 'on' } })
  await api.switchFlag({ ...ofFlag, body: { on: true } })
  const key = await api.createSdkKey({ ...inEnvironment, body: { kind: 'server', name: 'story' } })
  return { ...server, serverKey: key.body.secret }
}
