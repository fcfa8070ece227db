import { errors, type ErrorCode } from '@posthorn/contract'
import { AppError } from '#domain'

/** The body of an error answer: RFC 9457 fields beside Svix's `code` and `detail` (decisions.md 35). */
export function problem(code: ErrorCode, about: { detail: string; requestId: string; fields?: AppError['fields'] }) {
  const { status, sentence } = errors[code]
  const base = { type: `urn:posthorn:error:${code}`, title: sentence, status, code, requestId: about.requestId }
  if (status !== 422) return { ...base, detail: about.detail }
  const fields = about.fields ?? []
  return {
    ...base,
    title: about.detail,
    detail: fields.map((field) => ({ loc: locOf(field.pointer), msg: field.message, type: field.code })),
    errors: fields,
  }
}

/** `/eventTypes/0` -> ["body", "eventTypes", "0"]; `?limit` -> ["query", "limit"]. */
function locOf(pointer: string): string[] {
  if (pointer.startsWith('?')) return ['query', pointer.slice(1)]
  return [
    'body',
    ...pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  ]
}
