import { AppError } from '../app-error.ts'
import type { Asker } from '../store/store.ts'
import type { AppContext } from './app-env.ts'
import type { Principal } from './auth.ts'

const LONGEST_COMMENT = 1000

/** Who asks, and how, as the audit keeps it. Without a principal it is the server itself. */
export function askerOf(c: AppContext, principal: Principal | undefined): Asker {
  return {
    actor:
      principal === undefined
        ? { kind: 'system', id: 'system', name: 'Rampart' }
        : { kind: principal.kind, id: principal.id, name: principal.name, via: viaOf(c.req.header('x-rampart-via')) },
    comment: readComment(c.req.header('x-rampart-comment')),
    request: { id: c.var.requestId, address: c.var.address },
  }
}

function viaOf(header: string | undefined): 'ui' | 'cli' | 'api' {
  return header === 'ui' || header === 'cli' ? header : 'api'
}

/** Headers carry ASCII only, so that the comment travels URI-encoded. */
function readComment(header: string | undefined): string | null {
  if (header === undefined || header === '') return null
  const comment = decode(header)
  if (comment === undefined) throw new AppError('malformed', 'X-Rampart-Comment must be URI-encoded.')
  if (comment.length <= LONGEST_COMMENT) return comment
  throw new AppError('malformed', `X-Rampart-Comment is longer than ${LONGEST_COMMENT} characters.`)
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // a lone % is not an encoding
    return undefined
  }
}
