import type { Flag } from '@rampart/contract/admin'
import type { ProblemDetail } from '@rampart/contract/errors'
import type { Json } from '@rampart/core'
import type { Ajv2020, Options, ValidateFunction } from 'ajv/dist/2020.js'
import { RE2JS } from 're2js'
import { invalid } from './rules.ts'

/** Characters of a schema's text. */
const LONGEST_SCHEMA = 65_536

/**
 * Throws `invalid` when the schema of a flag is not one of draft 2020-12, refers to others, or does not allow a value of
 * the flag. What is asked of a format is not checked, as the draft has it.
 */
export async function requireSchema({ schema, variations, type }: Flag): Promise<void> {
  if (schema === null) return
  const mistakes =
    type === 'boolean'
      ? [{ pointer: '/schema', message: 'has nothing to check: a boolean flag has the values true and false' }]
      : await mistakesOf(schema, variations)
  if (mistakes.length > 0) throw invalid(mistakes)
}

async function mistakesOf(schema: Json, variations: Flag['variations']): Promise<readonly ProblemDetail[]> {
  if (typeof schema !== 'object' || Array.isArray(schema)) return [{ pointer: '/schema', message: 'must be an object' }]
  const { length } = JSON.stringify(schema)
  if (length > LONGEST_SCHEMA) {
    return [{ pointer: '/schema', message: `must be at most ${LONGEST_SCHEMA} characters; it is ${length}` }]
  }
  const check = await compiled(schema)
  if (!check.ok) return [check.mistake]
  return variations.flatMap(({ value }, i) => checkValue(check.validate, value, `/variations/${i}/value`))
}

type Compiled =
  | { readonly ok: true; readonly validate: ValidateFunction }
  | { readonly ok: false; readonly mistake: ProblemDetail }

/** `strict` refuses keywords that are not known: misspelt, they would check nothing. */
const OPTIONS: Options = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateFormats: false,
  logger: false,
  // linear time, whatever pattern was written
  code: { regExp: Object.assign((pattern: string) => RE2JS.compile(pattern), { code: 're2js' }) },
}

async function compiled(schema: object): Promise<Compiled> {
  // one flag in many has a schema: what reads them is loaded when the first one is written
  const ajv = await import('ajv/dist/2020.js')
  const refused = (message: string, at = ''): Compiled => ({
    ok: false,
    mistake: { pointer: `/schema${at}`, message: `is no JSON Schema of draft 2020-12: ${message}` },
  })
  try {
    metaSchema ??= new ajv.Ajv2020(OPTIONS)
    if (metaSchema.validateSchema(schema) !== true) {
      const [error] = metaSchema.errors ?? []
      return refused(error?.message ?? 'it breaks the draft', error?.instancePath)
    }
    // an instance of its own, so that no schema can name another's parts
    const validate = new ajv.Ajv2020({ ...OPTIONS, meta: false, validateSchema: false }).compile(schema)
    return '$async' in validate ? refused('$async is not part of it') : { ok: true, validate }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return refused(error.message)
  }
}

/** Schemas themselves are checked by one instance, which reads the draft once. */
let metaSchema: Ajv2020 | undefined

function checkValue(validate: ValidateFunction, value: Json, at: string): readonly ProblemDetail[] {
  try {
    if (validate(value) === true) return []
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return [{ pointer: '/schema', message: 'refers to itself without end' }]
  }
  const [error] = validate.errors ?? []
  return [{ pointer: `${at}${error?.instancePath ?? ''}`, message: `does not fit the schema: ${error?.message ?? ''}` }]
}
