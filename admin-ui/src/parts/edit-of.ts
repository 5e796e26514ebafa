/** The members that somebody has changed. Lists are compared by what is in them. */
export function editOf<T extends object>(before: T, after: T): Partial<T> {
  const edit: Partial<T> = {}
  for (const member of membersOf(after)) if (differ(before, after, member)) edit[member] = after[member]
  return edit
}

/** Whether somebody else has changed one of the same members since. */
export function isOfBoth<T extends object>(edit: Partial<T>, before: T, now: T): boolean {
  return membersOf(edit).some((member) => differ(before, now, member))
}

function membersOf<T extends object>(value: Partial<T>): readonly (keyof T)[] {
  return Object.keys(value) as (keyof T)[]
}

function differ<T extends object>(a: T, b: T, member: keyof T): boolean {
  return JSON.stringify(a[member]) !== JSON.stringify(b[member])
}
