import { UsageError } from './failure.ts'
import { jsonOf } from './input-files.ts'

/**
 * The attributes that `--context` names: `plan=pro` is a text, `age:=30` is JSON. Types are never guessed, because
 * conditions do not guess them either: the text "30" is no number.
 */
export function contextOf(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(attributeOf))
}

function attributeOf(pair: string): readonly [name: string, value: unknown] {
  const at = pair.indexOf('=')
  const isJson = at > 0 && pair[at - 1] === ':'
  const name = pair.slice(0, isJson ? at - 1 : at)
  if (at < 1 || name === '') {
    throw new UsageError(`--context: "${pair}" must look like plan=pro, or like age:=30 for what is no text.`)
  }
  const value = pair.slice(at + 1)
  return [name, isJson ? jsonOf(value, `--context: the value of ${name}`) : value]
}
