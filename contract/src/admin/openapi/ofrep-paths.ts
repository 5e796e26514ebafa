import { problemResponses } from './problem.ts'
import { type JsonSchema, refTo } from './schemas.ts'

/** The OpenFeature Remote Evaluation Protocol 0.3, for languages without an SDK of ours. */

const FLAG = '/ofrep/v1/evaluate/flags'
const REASONS = ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'DEFAULT']
const metadata: JsonSchema = { type: 'object', description: 'Of the flag, and of how the answer came about.' }

export const ofrepComponents: Readonly<Record<string, JsonSchema>> = {
  OfrepEvaluation: {
    type: 'object',
    description: 'Without a `value`, the default in the code is to be used: the flag is off or killed.',
    properties: {
      key: { type: 'string' },
      value: { description: 'Any JSON.' },
      variant: { type: 'string' },
      reason: { enum: REASONS },
      metadata,
    },
    required: ['key', 'reason'],
  },
  OfrepFailure: {
    type: 'object',
    properties: { key: { type: 'string' }, errorCode: { type: 'string' }, errorDetails: { type: 'string' } },
    required: ['errorCode'],
  },
}

const evaluation = {
  key: 'new-checkout-flow',
  value: true,
  variant: 'on',
  reason: 'SPLIT',
  metadata: { flagSetId: 'demo/production', version: '41', reason: 'rollout' },
}
const failure = {
  key: 'new-chekout-flow',
  errorCode: 'FLAG_NOT_FOUND',
  errorDetails: 'There is no flag "new-chekout-flow" in this environment.',
}

const ofrepStream: Readonly<Record<string, JsonSchema>> = {
  get: {
    operationId: 'streamRefetches',
    tags: ['OFREP'],
    summary: 'When to ask for the flags again',
    description:
      'Server-sent events of the kind `{ "type": "refetchEvaluation" }`, with replay after `Last-Event-ID`. The address comes with `evaluateFlags`.',
    security: [],
    parameters: [{ name: 't', in: 'query', required: true, schema: { type: 'string' } }],
    responses: {
      200: { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      204: { description: 'The address is no longer good: ask for the flags again.' },
      ...problemResponses(['forbidden', 'overloaded', 'internal']),
    },
  },
}

export const ofrepPaths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  [`${FLAG}/{flag}`]: {
    post: {
      ...asked('evaluateFlag', 'What one flag gives to a context'),
      parameters: [{ name: 'flag', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: json('What it gives.', refTo('OfrepEvaluation'), evaluation),
        400: json('The context cannot be read.', refTo('OfrepFailure'), { ...failure, errorCode: 'INVALID_CONTEXT' }),
        404: json('There is no such flag.', refTo('OfrepFailure'), failure),
        ...refusals(),
      },
    },
  },
  '/ofrep/v1/stream': ofrepStream,
  [FLAG]: {
    post: {
      ...asked('evaluateFlags', 'What every flag gives to a context'),
      parameters: [
        {
          name: 'If-None-Match',
          in: 'header',
          description: 'The ETag that is held: 304 when this context would be given the same.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: json(
          'What they give.',
          {
            type: 'object',
            properties: {
              flags: { type: 'array', items: { anyOf: [refTo('OfrepEvaluation'), refTo('OfrepFailure')] } },
              metadata,
              eventStreams: {
                type: 'array',
                description:
                  'Where to hear when to ask again, by server-sent events. The address is good for ten minutes at least.',
                items: { type: 'object', properties: { type: { const: 'sse' }, endpoint: { type: 'object' } } },
              },
            },
            required: ['flags'],
          },
          {
            flags: [evaluation],
            metadata: { flagSetId: 'demo/production' },
            eventStreams: [{ type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream?t=eyJwcm9…' } }],
          },
        ),
        304: { description: 'What is held is the latest.' },
        400: json('The context cannot be read.', refTo('OfrepFailure'), {
          errorCode: 'INVALID_CONTEXT',
          errorDetails: 'The body must be an object with the member "context".',
        }),
        ...refusals(),
      },
    },
  },
}

function asked(operationId: string, summary: string): JsonSchema {
  return {
    operationId,
    tags: ['OFREP'],
    summary,
    security: [{ sdkKey: [] }, { sdkKeyHeader: [] }],
    requestBody: {
      required: false,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              context: {
                type: 'object',
                properties: { targetingKey: { type: 'string' } },
                description: 'The targeting key, and any attributes.',
              },
            },
          },
          example: { context: { targetingKey: 'user-42', country: 'DE' } },
        },
      },
    },
  }
}

function json(description: string, schema: JsonSchema, example: unknown): JsonSchema {
  return { description, content: { 'application/json': { schema, example } } }
}

function refusals() {
  return problemResponses([
    'unauthenticated',
    'wrong_kind_of_key',
    'forbidden',
    'too_large',
    'unsupported_media_type',
    'internal',
  ])
}
