/** The project somebody was in last, so that the bare address leads there. */
export function lastProject(): string | null {
  return read('rampart.project')
}

export function rememberProject(project: string): void {
  write('rampart.project', project)
}

/** The environment of a project somebody looked at last, so that a flag opens there. */
export function lastEnvironment(project: string): string | null {
  return read(`rampart.environment.${project}`)
}

export function rememberEnvironment(project: string, environment: string): void {
  write(`rampart.environment.${project}`, environment)
}

export function remembersNarrowRail(): boolean {
  return read('rampart.rail') === 'narrow'
}

export function rememberRail(rail: 'narrow' | 'wide'): void {
  write('rampart.rail', rail)
}

/** Single-letter keys can be turned off (WCAG 2.1.4). */
export function letterKeysAreOn(): boolean {
  return read('rampart.letter-keys') !== 'off'
}

export function rememberLetterKeys(on: boolean): void {
  write('rampart.letter-keys', on ? 'on' : 'off')
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    // storage is refused in some private windows: nothing is remembered there
    return null
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // as above
  }
}
