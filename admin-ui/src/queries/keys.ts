/** The name of every query, from the general to the particular, so that a prefix names all that is beneath it. */
export const keys = {
  session: ['session'],
  projects: ['projects'],
  project: (project: string) => ['project', project],
  environments: (project: string) => ['project', project, 'environments'],
  flags: (project: string) => ['project', project, 'flags'],
  flagList: (project: string, q: string) => ['project', project, 'flags', q],
  flag: (project: string, flag: string) => ['project', project, 'flag', flag],
  config: (project: string, environment: string, flag: string) => ['project', project, 'config', environment, flag],
  propagation: (project: string, environment: string, flag: string) => [
    'project',
    project,
    'propagation',
    environment,
    flag,
  ],
  ramps: (project: string) => ['project', project, 'ramps'],
  rampList: (project: string, filter: Readonly<Record<string, string | undefined>>) => [
    'project',
    project,
    'ramps',
    filter,
  ],
  ramp: (project: string, id: string) => ['project', project, 'ramp', id],
  auditOf: (project: string, subject: string, key: string) => ['project', project, 'audit', subject, key],
  plans: (project: string) => ['project', project, 'plans'],
  metrics: (project: string, environment: string) => ['project', project, 'metrics', environment],
} as const
