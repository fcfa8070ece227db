import type { ErrorCode } from './generated-schemas.ts'

/** One field that was not as it should be. */
export interface FieldFault {
  /** A JSON pointer into the body, or `?name` for a query parameter. */
  readonly pointer: string
  /** A sentence for a person. */
  readonly message: string
  /** For programs: `required`, `unknown_field`, `too_small` and so on. */
  readonly code: string
}

/**
 * What a call was answered other than success. Its `message` is the sentence of the code, and a line for each wrong field.
 *
 * @example
 * const error = new PosthornError({ code: 'not_found', message: 'There is nothing with that id or uid here.', status: 404 })
 * error.code // 'not_found'
 * error.fields // []
 */
export class PosthornError extends Error {
  /** A code of the API; `network`, `timeout` or `aborted` if no answer came; `unreadable` for an answer that is not the API's. */
  readonly code: ErrorCode | 'network' | 'timeout' | 'aborted' | 'unreadable'
  /** Null if no answer came. */
  readonly status: number | null
  /** Of `validation_error`: every field that is wrong. */
  readonly fields: readonly FieldFault[]
  /** Finds the call in the server's log. */
  readonly requestId: string | null

  constructor(
    about: Pick<PosthornError, 'code' | 'message'> &
      Partial<Pick<PosthornError, 'status' | 'fields' | 'requestId'>> & { readonly cause?: unknown },
  ) {
    super(about.message, about.cause === undefined ? undefined : { cause: about.cause })
    this.name = 'PosthornError'
    this.code = about.code
    this.status = about.status ?? null
    this.fields = about.fields ?? []
    this.requestId = about.requestId ?? null
  }
}

interface ProblemBody {
  readonly code?: unknown
  readonly title?: unknown
  readonly detail?: unknown
  readonly requestId?: unknown
  readonly errors?: unknown
}

/** Reads the body of an error answer; a proxy on the way may have written something else. */
export function errorOf(status: number, text: string): PosthornError {
  const body = parsed(text)
  if (typeof body?.code !== 'string') {
    return new PosthornError({
      code: 'unreadable',
      status,
      message: `The answer ${status} is not one of Posthorn's: ${text.slice(0, 200)}`,
    })
  }
  const fields = Array.isArray(body.errors) ? (body.errors as FieldFault[]) : []
  const sentence = typeof body.detail === 'string' ? body.detail : String(body.title ?? body.code)
  const named = fields.map(({ pointer, message }) => `${pointer || 'body'}: ${message}`)
  return new PosthornError({
    code: body.code as ErrorCode,
    status,
    message: [sentence, ...named].join('\n'),
    fields,
    requestId: typeof body.requestId === 'string' ? body.requestId : null,
  })
}

function parsed(text: string): ProblemBody | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
