import { limits } from '#domain'
import { parseBody } from '#platform'
import { firstHeader } from '../../request/headers.ts'
import { scalarText, textWithin, valueWithin, type BodyPath } from '../../request/value-path.ts'
import type { VerifyRequest } from '../verification.ts'

/** Of a larger body nothing is read before it is verified: whoever is not trusted yet chooses how long that takes. */
export const FIELDS_BYTES_MAX = 256 * 1024
/** Forty thousand names, sorted, would hold everybody up for 70 ms. No sender has so many. */
const FORM_FIELDS_MAX = 1000

/**
 * What a body says, for the senders that write the signature into it, or sign parts of it. Read once for a request, when somebody asks;
 * what is neither JSON nor a form has no fields.
 */
export class BodyFields {
  readonly #request: Pick<VerifyRequest, 'headers' | 'body'>
  #read: { readonly value: unknown; readonly form: Readonly<Record<string, string | string[]>> | undefined } | undefined

  constructor(request: Pick<VerifyRequest, 'headers' | 'body'>) {
    this.#request = request
  }

  /** Text or a number at a place of the body. */
  text(path: BodyPath): string | undefined {
    return textWithin(this.#content().value, path)
  }

  /** The items of a list there; undefined if there is none. */
  items(path: BodyPath): readonly unknown[] | undefined {
    const value = valueWithin(this.#content().value, path)
    return Array.isArray(value) ? value : undefined
  }

  /** The text of a member at the top. */
  member(name: string): string | undefined {
    const { value } = this.#content()
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? scalarText((value as Readonly<Record<string, unknown>>)[name])
      : undefined
  }

  /** The fields of a form; undefined for any other body. */
  form(): Readonly<Record<string, string | string[]>> | undefined {
    return this.#content().form
  }

  #content() {
    return (this.#read ??= read(this.#request))
  }
}

function read({ headers, body }: Pick<VerifyRequest, 'headers' | 'body'>) {
  if (body.length > FIELDS_BYTES_MAX) return { value: undefined, form: undefined }
  const contentType = firstHeader(headers, 'content-type') ?? null
  const options = { onMalformed: 'raw', depthMax: limits.jsonDepthMax } as const
  const parsed = parseBody(body, { ...options, contentType, format: 'auto' })
  if (parsed.kind === 'form') {
    const form = hasMoreFields(body) ? undefined : parsed.fields()
    return { value: form, form }
  }
  // Some send JSON as text.
  const json = parsed.kind === 'raw' ? parseBody(body, { ...options, contentType: null, format: 'json' }) : parsed
  return { value: json.kind === 'json' ? json.value() : undefined, form: undefined }
}

function hasMoreFields(body: Uint8Array): boolean {
  let count = 1
  for (let at = body.indexOf(AMPERSAND); at !== -1; at = body.indexOf(AMPERSAND, at + 1)) if (++count > FORM_FIELDS_MAX) return true
  return false
}

const AMPERSAND = 0x26
