import { type Problem, type ProblemCode, problems } from '../../errors.ts'
import { type JsonSchema, refTo } from './schemas.ts'

const text = { type: 'string' }

/** RFC 9457, with the members that Rampart adds. */
export const problemSchema: JsonSchema = {
  type: 'object',
  properties: {
    type: { ...text, description: 'The address of a page that says what the problem means and what to do.' },
    title: text,
    status: { type: 'integer' },
    detail: { ...text, description: 'What happened, and what was left unchanged.' },
    instance: text,
    code: { enum: Object.keys(problems) },
    requestId: { ...text, description: 'The same as in the server’s log.' },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later.' },
    hint: text,
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { ...text, description: 'A JSON pointer into the body; `?name` in the query, `:name` in the path.' },
          message: text,
          nearest: text,
        },
        required: ['pointer', 'message'],
      },
    },
    current: { description: '412: the thing as it is now. 409: the ramp or the evidence.' },
    currentRevision: { type: 'integer' },
    permission: { ...text, description: '403: the right that is missing, such as `write@demo/production`.' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'retryable'],
}

/** The answers of an operation that can end with these problems, by status. */
export function problemResponses(codes: readonly ProblemCode[]): Readonly<Record<string, JsonSchema>> {
  const statuses = [...new Set(codes.map((code) => problems[code].status))].toSorted((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      responseOf([...new Set(codes)].filter((code) => problems[code].status === status)),
    ]),
  )
}

function responseOf(codes: readonly ProblemCode[]): JsonSchema {
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
    ...(codes.some((code) => RETRY_AFTER.has(code))
      ? { headers: { 'Retry-After': { description: 'Seconds until it may succeed.', schema: { type: 'integer' } } } }
      : {}),
    content: {
      'application/problem+json': {
        schema: refTo('Problem'),
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      },
    },
  }
}

const RETRY_AFTER: ReadonlySet<ProblemCode> = new Set(['rate_limited', 'overloaded', 'cooling_down'])

export function problemExample(code: ProblemCode): Problem {
  const { status, title, retryable } = problems[code]
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: `${title}.`,
    instance: '/api/v1/projects/demo',
    code,
    requestId: 'req_0f6a3c9e',
    retryable,
  }
}
