/**
 * Every problem the server can answer with: its code, its HTTP status and its title (RFC 9457). One table; the server,
 * the CLI and the UI read it, and an unknown code does not compile.
 */
export const problems = {
  malformed: { status: 400, title: 'The request could not be read', retryable: false },
  unauthenticated: { status: 401, title: 'No valid credential was sent', retryable: false },
  wrong_kind_of_key: { status: 403, title: 'This kind of key cannot be used here', retryable: false },
  forbidden: { status: 403, title: 'The credential does not allow this', retryable: false },
  not_found: { status: 404, title: 'There is no such thing', retryable: false },
  method_not_allowed: { status: 405, title: 'This address does not take that method', retryable: false },
  already_exists: { status: 409, title: 'This key is taken', retryable: false },
  ramp_active: { status: 409, title: 'A ramp holds this rule', retryable: false },
  ramp_ended: { status: 409, title: 'This ramp has ended', retryable: false },
  cooling_down: { status: 409, title: 'This flag was rolled back a short while ago', retryable: true },
  frozen: { status: 409, title: 'This environment is frozen', retryable: false },
  killed: { status: 409, title: 'This flag is killed', retryable: false },
  managed_by_git: { status: 409, title: 'This is managed by Git', retryable: false },
  approval_required: { status: 409, title: 'This needs an approval', retryable: false },
  in_use: { status: 409, title: 'This is still in use', retryable: false },
  revision_mismatch: { status: 412, title: 'Somebody changed this in the meantime', retryable: false },
  too_large: { status: 413, title: 'The body is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The body is not JSON', retryable: false },
  invalid: { status: 422, title: 'The request is not valid', retryable: false },
  unknown_metric: { status: 422, title: 'No such metric has been seen', retryable: false },
  blind_step: { status: 422, title: 'Nothing would watch this ramp', retryable: false },
  cycle: { status: 422, title: 'This would refer to itself', retryable: false },
  precondition_required: { status: 428, title: 'Say which revision this change was made from', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  internal: { status: 500, title: 'Something went wrong here', retryable: true },
  overloaded: { status: 503, title: 'The server is busy or starting', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>

export type ProblemCode = keyof typeof problems

/** What each problem means, and what whoever meets it can do. The pages that a problem's `type` points at say this. */
export const problemGuide: {
  readonly [C in ProblemCode]: { readonly means: string; readonly remedy: string }
} = {
  malformed: {
    means:
      'The request could not be read at all: the body is not JSON in UTF-8, nests too deep or has a member named `__proto__`, the path does not decode, or a header such as `If-Match` is not written as it must be.',
    remedy: 'Look at `detail`, which says what could not be read, and send the request again.',
  },
  unauthenticated: {
    means: 'No credential was sent, or the one that was sent is mistyped, expired, revoked or used up.',
    remedy:
      'Send a token as `Authorization: Bearer rmp_svc_…`, or an SDK key on the SDK’s addresses. An administrator makes new ones; `rampart-server sign-in-link` prints a link for the first one.',
  },
  wrong_kind_of_key: {
    means:
      'The credential is fine, but not for this address: SDK keys read flags and send events, tokens use the management API, and the secret of a kill URL only works in its URL.',
    remedy: 'Use the kind of key that `hint` names. A server key must not be in a page or an app: it tells everything.',
  },
  forbidden: {
    means: 'The credential is valid and does not have the right that this needs at this place.',
    remedy:
      '`permission` is the right that is missing, as `verb@project/environment/flag`. Ask an administrator for a token that has it. A session can only be used by pages of this server.',
  },
  not_found: {
    means: 'There is nothing at this address, or something that the request names does not exist.',
    remedy: 'Check the spelling; `hint` has the nearest name there is. Keys are never renamed.',
  },
  method_not_allowed: {
    means: 'The address exists and does not take this method.',
    remedy: 'The header `Allow` lists the methods that it takes.',
  },
  already_exists: {
    means: 'A new thing was to get a key that another one has. Archived flags keep theirs.',
    remedy: 'Take another key, or change what exists.',
  },
  ramp_active: {
    means:
      'A ramp is running on this flag in this environment. It owns the rule that it ramps, and there can be only one of them.',
    remedy:
      '`current` has its id. Wait for it, pause, advance or roll it back; set the share with `endRamp: true`; or start a new one with `replace: true`. Killing the flag is always possible.',
  },
  ramp_ended: {
    means: 'The ramp has ended, and an end is final.',
    remedy: 'Start a new one: it begins with the same units, from whichever step it is given.',
  },
  cooling_down: {
    means: 'The last ramp of this flag was rolled back a short while ago, and the flag cools down.',
    remedy:
      'Look at the evidence in `current`. Then wait for the time in `Retry-After`, or start with `cooldown: 0s` and a `reason`.',
  },
  frozen: {
    means: 'The environment is frozen, and nothing that raises exposure can be changed in it.',
    remedy: 'Wait until the freeze is over. Killing and lowering exposure are always possible.',
  },
  killed: {
    means: 'The flag is killed in this environment: everyone gets its off variation, whatever is configured.',
    remedy: 'Restore it first, when the reason for the kill is gone.',
  },
  managed_by_git: {
    means: 'This is kept in a repository, from which it would be overwritten.',
    remedy: 'Change it in the repository: what is applied from there next would undo a change made here.',
  },
  approval_required: {
    means: 'The change needs the approval of somebody else before it is made.',
    remedy: 'Ask for it, and try again when it was given.',
  },
  in_use: {
    means: 'Something else refers to this: a rule or a segment to a segment, a flag to its prerequisite.',
    remedy: '`current` lists what uses it. Change those first.',
  },
  revision_mismatch: {
    means: 'Somebody changed the thing after the revision that `If-Match` names. Nothing was overwritten.',
    remedy: '`current` has it as it is now. Look at what changed, and send your change again with `currentRevision`.',
  },
  too_large: {
    means: 'The body is larger than this address takes: 1 MiB, 2 MiB for events, 16 KiB for acknowledgements.',
    remedy: 'Send less at once, in several requests.',
  },
  unsupported_media_type: {
    means: 'The body does not say that it is JSON.',
    remedy: 'Send `Content-Type: application/json`; a PATCH may also say `application/merge-patch+json`.',
  },
  invalid: {
    means: 'The request can be read and makes no sense: a member is missing, unknown, or has a value that cannot be.',
    remedy:
      '`errors` has every mistake with a JSON pointer to where it is, and the nearest name for one that is not known. `?name` is in the query, `:name` in the path.',
  },
  unknown_metric: {
    means:
      'A guard watches a metric that no SDK has reported in this environment within 7 days: it would watch nothing.',
    remedy:
      'Correct the name; `errors` has the nearest that is reported. Start with `allowNewMetric: true` when the metric comes with the release itself.',
  },
  blind_step: {
    means: 'No guard is named, so that nothing would take the ramp back.',
    remedy: 'Name a guard, such as `checkout_error`, or say `guards: []` to ramp blindly on purpose.',
  },
  cycle: {
    means: 'Segments or prerequisites would lead back to where they began, or nest deeper than is followed.',
    remedy: '`detail` has the way. Take one of its steps out.',
  },
  precondition_required: {
    means: 'The environment is protected: a configuration cannot be replaced without saying what it was made from.',
    remedy: 'Send `If-Match` with the revision that was read, or `If-Match: *` to replace whatever is there.',
  },
  rate_limited: {
    means: 'This was asked more often than it is answered.',
    remedy: 'Wait for the time in `Retry-After`.',
  },
  internal: {
    means: 'The server failed in a way that nobody expected. What was asked for may not have been done.',
    remedy:
      'Find `requestId` in the server’s log, and read the thing before you ask again. If it stays, please report it with what the log says.',
  },
  overloaded: {
    means: 'The server is starting, ending, or has more to do than it can take on.',
    remedy: 'Try again after the time in `Retry-After`. SDKs go on with what they hold, and send again by themselves.',
  },
}

/** One wrong place in a body or query, by JSON pointer. */
export interface ProblemDetail {
  readonly pointer: string
  readonly message: string
  /** The nearest known name, when the place names something unknown. */
  readonly nearest?: string
}

/** `application/problem+json`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly requestId: string
  readonly retryable: boolean
  readonly hint?: string
  readonly errors?: readonly ProblemDetail[]
  /** 412: the current representation; 409: the ramp or the evidence. */
  readonly current?: unknown
  readonly currentRevision?: number
  /** 403: the verb that is missing, as `verb@project/environment`. */
  readonly permission?: string
}
