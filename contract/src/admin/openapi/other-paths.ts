import type { ProblemCode } from '../../errors.ts'
import { STREAM_PATH } from '../addresses.ts'
import { examples } from './examples.ts'
import { problemResponses } from './problem.ts'
import { type JsonSchema, refTo } from './schemas.ts'
import { sdkExamples } from './sdk.ts'

type Operation = JsonSchema
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

const SDK_KEY = [{ sdkKey: [] }]
const NO_CREDENTIAL: readonly JsonSchema[] = []
const SDK: readonly ProblemCode[] = ['unauthenticated', 'wrong_kind_of_key', 'forbidden', 'internal']

/** What is not in the route table: the SDK's wire, kill URLs, and what is asked by machines that watch. */
export const otherPaths: Paths = {
  '/sdk/v1/snapshot': {
    get: operation('getSnapshot', 'SDK', 'Everything an SDK needs to evaluate the flags of its environment', {
      security: SDK_KEY,
      parameters: [...who(), header('If-None-Match', 'The ETag that is held: 304 when it is still the latest.')],
      responses: {
        200: json('The configuration at one revision, which is its ETag.', 'Snapshot', sdkExamples.Snapshot),
        304: { description: 'What is held is the latest.' },
        ...problemResponses(SDK),
      },
    }),
  },
  '/sdk/v1/stream': {
    get: operation('openStream', 'SDK', 'Server-sent events with every change', {
      description:
        '`put` carries a snapshot, `patch` what changed since the revision before, `ping` nothing, every 15 s; `close` says when to come back. With `?mode=remote` there is `changed` in place of `put` and `patch`: it says that values have to be asked for again. The id of an event is its revision. 40 s without a byte is a dead connection.',
      security: SDK_KEY,
      parameters: [
        ...who(),
        inQuery('mode', { enum: ['remote'] }, 'remote'),
        header('Last-Event-ID', 'The revision that is held: only what was missed is sent.'),
      ],
      responses: {
        200: eventStream('The stream.', 'id: 41\nevent: put\ndata: {"format":1,"revision":41,…}\n\n'),
        ...problemResponses([...SDK, 'method_not_allowed', 'overloaded']),
      },
    }),
  },
  '/sdk/v1/evaluate': {
    post: operation('evaluateForPage', 'SDK', 'The values of client-side flags for one context', {
      description:
        'For pages that are to have no rules, and for servers that make pages. With `rules: true` the answer carries the rules too. Not counted: whoever reads a value counts it. The ETag is of what this context receives.',
      security: SDK_KEY,
      parameters: [header('If-None-Match', 'The ETag that is held: 304 when this context would receive the same.')],
      requestBody: body('EvaluateRequest', sdkExamples.EvaluateRequest),
      responses: {
        200: json('The values.', 'Bootstrap', sdkExamples.Bootstrap),
        304: { description: 'What is held is the latest.' },
        ...problemResponses([...SDK, 'malformed', 'too_large', 'unsupported_media_type', 'invalid']),
      },
    }),
  },
  '/sdk/v1/events': {
    post: operation('sendEvents', 'SDK', 'What was evaluated and what happened', {
      description: 'Batches of client keys, which are public, are taken and not read.',
      security: SDK_KEY,
      requestBody: body('EventsBatch', sdkExamples.EventsBatch),
      responses: {
        202: inline('It is counted, or was before.', {
          schema: {
            type: 'object',
            properties: { duplicate: { type: 'boolean' }, ignored: { const: true } },
            required: ['duplicate'],
          },
          example: { duplicate: false },
        }),
        ...problemResponses([...SDK, 'malformed', 'too_large', 'unsupported_media_type', 'invalid', 'overloaded']),
      },
    }),
  },
  '/sdk/v1/outcomes': {
    post: operation('reportOutcomes', 'SDK', 'What happened to whom, from programs without an SDK', {
      description:
        'The server finds the arm of each outcome as an SDK would, and keeps no context. Client keys, which are public, are refused. Answered when it is committed; a report with anything wrong in it is refused whole.',
      security: SDK_KEY,
      requestBody: body('OutcomesReport', sdkExamples.OutcomesReport),
      responses: {
        202: inline('It is counted, or was before.', {
          schema: { type: 'object', properties: { duplicate: { type: 'boolean' } }, required: ['duplicate'] },
          example: { duplicate: false },
        }),
        ...problemResponses([...SDK, 'malformed', 'too_large', 'unsupported_media_type', 'invalid', 'overloaded']),
      },
    }),
  },
  '/sdk/v1/acks': {
    post: operation('acknowledge', 'SDK', 'The revision that an instance holds', {
      description: 'This is how a kill can say that 38 of 38 instances have it. Browsers do not acknowledge.',
      security: SDK_KEY,
      requestBody: body('Ack', sdkExamples.Ack),
      responses: {
        204: { description: 'It is known.' },
        ...problemResponses([...SDK, 'malformed', 'too_large', 'unsupported_media_type', 'invalid']),
      },
    }),
  },
  '/k/{secret}': {
    get: operation('askToKill', 'Kill URLs', 'A page that asks before it kills', {
      description: 'A link that a mail scanner follows never acts.',
      security: NO_CREDENTIAL,
      parameters: [inPath('secret', { type: 'string' })],
      responses: {
        200: { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } },
        ...problemResponses(['not_found', 'internal']),
      },
    }),
    post: operation('killByUrl', 'Kill URLs', 'Kill what the URL names, with nothing but the URL', {
      description:
        'Takes the body of any alerting system, or none; one that says it is resolved kills nothing. `wait=5s` answers when every connected SDK instance has it.',
      security: NO_CREDENTIAL,
      parameters: [inPath('secret', { type: 'string' }), inQuery('wait', { type: 'string' }, '5s')],
      requestBody: { required: false, content: { '*/*': { schema: {} } } },
      responses: {
        200: json('What is killed.', 'KillUrlResult', examples.KillUrlResult),
        ...problemResponses(['not_found', 'rate_limited', 'overloaded', 'internal']),
      },
    }),
  },
  [STREAM_PATH.replace(':project', '{project}')]: {
    get: operation('openManagementStream', 'Projects', 'Server-sent events that say what to ask for again', {
      description: '`changed { environment, revision, flags, segments }`, `ramp { id, environment, flag }` and `ping`.',
      security: [{ token: [] }, { session: [] }],
      parameters: [inPath('project', { type: 'string' })],
      responses: {
        200: eventStream(
          'The stream.',
          'event: changed\ndata: {"environment":"production","revision":42,"flags":["new-checkout-flow"],"segments":[]}\n\n',
        ),
        ...problemResponses([
          'unauthenticated',
          'wrong_kind_of_key',
          'forbidden',
          'not_found',
          'method_not_allowed',
          'internal',
        ]),
      },
    }),
  },
  '/healthz': { get: status('isAlive', 'Whether the process answers', []) },
  '/startupz': { get: status('hasStarted', 'Whether the migrations are done and the port is open', []) },
  '/readyz': { get: status('isReady', 'Whether requests can be served', ['overloaded']) },
  '/version': {
    get: operation('getVersion', 'Health', 'Which Rampart this is', {
      security: NO_CREDENTIAL,
      responses: {
        200: inline('Its version.', {
          schema: {
            type: 'object',
            properties: { name: { const: 'rampart' }, version: { type: 'string' } },
            required: ['name', 'version'],
          },
          example: { name: 'rampart', version: '0.1.0' },
        }),
      },
    }),
  },
  '/metrics': {
    get: operation('getMetrics', 'Health', 'Figures for Prometheus', {
      description: 'From this machine without a credential, else with a token of `read@*`.',
      security: [{}, { token: [] }],
      responses: {
        200: {
          description: 'The text format of Prometheus.',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        ...problemResponses(['unauthenticated', 'wrong_kind_of_key', 'forbidden', 'internal']),
      },
    }),
  },
  '/api/v1/openapi.json': {
    get: operation('getDescription', 'Health', 'This document', {
      security: NO_CREDENTIAL,
      responses: { 200: inline('An OpenAPI 3.1 document.', { schema: { type: 'object' } }) },
    }),
  },
  '/problems/{code}': {
    get: operation('getProblem', 'Health', 'What a problem means and what to do', {
      description: 'A page, or JSON when that is asked for.',
      security: NO_CREDENTIAL,
      parameters: [inPath('code', { type: 'string' })],
      responses: {
        200: {
          description: 'The problem.',
          content: {
            'text/html': { schema: { type: 'string' } },
            'application/json': { schema: { type: 'object' } },
          },
        },
        ...problemResponses(['not_found']),
      },
    }),
  },
}

function operation(operationId: string, tag: string, summary: string, rest: JsonSchema): Operation {
  return { operationId, tags: [tag], summary, ...rest }
}

function status(operationId: string, summary: string, problems: readonly ProblemCode[]): Operation {
  return operation(operationId, 'Health', summary, {
    security: NO_CREDENTIAL,
    responses: {
      200: inline('It is.', {
        schema: { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] },
        example: { status: 'ok' },
      }),
      ...problemResponses(problems),
    },
  })
}

function json(description: string, name: string, example: unknown): JsonSchema {
  return inline(description, { schema: refTo(name), example })
}

function inline(description: string, media: { readonly schema: JsonSchema; readonly example?: unknown }): JsonSchema {
  return { description, content: { 'application/json': media } }
}

function eventStream(description: string, example: string): JsonSchema {
  return { description, content: { 'text/event-stream': { schema: { type: 'string' }, example } } }
}

function body(name: string, example: unknown): JsonSchema {
  return { required: true, content: { 'application/json': { schema: refTo(name), example } } }
}

/** How an instance names itself, so that its revision can be kept account of. */
function who(): readonly JsonSchema[] {
  return [
    inQuery('instance', { type: 'string', maxLength: 64 }, '6f1c3a52-0b1e-4d43-9a7c-1f2e3d4c5b6a'),
    inQuery('app', { type: 'string' }, 'shop'),
    inQuery('version', { type: 'string' }, '4.2.0'),
  ]
}

function inQuery(name: string, schema: JsonSchema, example: unknown): JsonSchema {
  return { name, in: 'query', schema, example }
}

function inPath(name: string, schema: JsonSchema): JsonSchema {
  return { name, in: 'path', required: true, schema }
}

function header(name: string, description: string): JsonSchema {
  return { name, in: 'header', description, schema: { type: 'string' } }
}
