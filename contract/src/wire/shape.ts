/** What a text from outside turned out to be. `problem` says in words where it differs from what was expected. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

/** A description of a type that can be checked. Members it does not know are left as they are. */
export interface Shape<T> {
  /** The first thing that is wrong, or undefined. `at` is where the value stands, such as `flags[3].key`. */
  readonly problem: (value: unknown, at: string) => string | undefined
  readonly holds: (value: unknown) => value is T
}

/** A member that may be absent. */
export interface Optional<T> {
  readonly optional: Shape<T>
}

/** One shape for each member of `T`: leaving one out does not compile. */
export type Members<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional<T[K]> : Shape<T[K]>
}

export function parse<T>(shape: Shape<T>, value: unknown): Parsed<T> {
  if (shape.holds(value)) return { ok: true, value }
  return { ok: false, problem: shape.problem(value, '') ?? 'is not what was expected' }
}

export function optional<T>(inner: Shape<T>): Optional<T> {
  return { optional: inner }
}

export function text(most: number): Shape<string> {
  return shape(`a text of 1 to ${most} characters`, (value) => isText(value) && value.length <= most && value !== '')
}

/** Any text, also an empty one. */
export function anyText(most: number): Shape<string> {
  return shape(`a text of at most ${most} characters`, (value) => isText(value) && value.length <= most)
}

export function pattern(expression: RegExp): Shape<string> {
  return shape(`a text like ${expression.source}`, (value) => isText(value) && expression.test(value))
}

export function number(least: number, most: number = Number.MAX_VALUE): Shape<number> {
  return shape(`a number from ${least} to ${most}`, (value) => isNumber(value) && value >= least && value <= most)
}

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return shape(
    `a whole number from ${least} to ${most}`,
    (value) => isNumber(value) && Number.isSafeInteger(value) && value >= least && value <= most,
  )
}

export function oneOf<const T extends string | number | boolean>(...values: readonly T[]): Shape<T> {
  return shape(values.map((value) => JSON.stringify(value)).join(' or '), (value) =>
    values.some((one) => one === value),
  )
}

export function list<T>(member: Shape<T>, most: number): Shape<readonly T[]> {
  return nested((value, at) => {
    if (!Array.isArray(value)) return wrong(at, 'a list')
    if (value.length > most) return wrong(at, `a list of at most ${most}`)
    return firstProblem(value.entries(), ([index, one]) => member.problem(one, `${at}[${index}]`))
  })
}

export function pair<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return nested((value, at) => {
    if (!Array.isArray(value) || value.length !== 2) return wrong(at, 'a list of two')
    const [one, other]: readonly unknown[] = value
    return first.problem(one, `${at}[0]`) ?? second.problem(other, `${at}[1]`)
  })
}

export function object<T>(members: Members<T>): Shape<T> {
  const checks = Object.entries<Shape<unknown> | Optional<unknown>>(members)
  return nested((value, at) => {
    if (!isRecord(value)) return wrong(at, 'an object')
    return firstProblem(checks, ([name, member]) => {
      const inside = at === '' ? name : `${at}.${name}`
      if (!('optional' in member)) return member.problem(value[name], inside)
      return value[name] === undefined ? undefined : member.optional.problem(value[name], inside)
    })
  })
}

/** Both: the members of the one and of the other. */
export function both<A, B>(one: Shape<A>, other: Shape<B>): Shape<A & B> {
  return nested((value, at) => one.problem(value, at) ?? other.problem(value, at))
}

/** The first of several shapes that are told apart by one member. */
export function either<T>(...shapes: readonly Shape<T>[]): Shape<T> {
  return nested((value, at) => {
    const problems = shapes.map((one) => one.problem(value, at))
    return problems.includes(undefined) ? undefined : problems[0]
  })
}

/** Anything that `isGood` accepts. */
export function shape<T>(expected: string, isGood: (value: unknown) => boolean): Shape<T> {
  return nested((value, at) => (isGood(value) ? undefined : wrong(at, expected)))
}

export function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nested<T>(problem: Shape<T>['problem']): Shape<T> {
  return { problem, holds: (value): value is T => problem(value, '') === undefined }
}

function firstProblem<T>(all: Iterable<T>, problem: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = problem(one)
    if (found !== undefined) return found
  }
  return undefined
}

function wrong(at: string, expected: string): string {
  return `${at === '' ? 'the document' : at} must be ${expected}`
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
