import { AppError, limits, type Listener } from '#domain'
import { parseBody, writeXml } from '#platform'

/**
 * The example of a body as it is kept: the values that the mapping would see. It must be what the listener's format is read as, so XML is
 * written as a document or as the values of one, and text as text.
 */
export function sampleBody({ bodyFormat, expected: { body } }: Pick<Listener, 'bodyFormat' | 'expected'>): unknown {
  if (body === undefined || bodyFormat === 'auto' || bodyFormat === 'json') return body
  if (bodyFormat === 'text') {
    if (typeof body === 'string') return body
    throw fault('This listener reads bodies as text: give the example as text, or take another bodyFormat.')
  }
  const value = typeof body === 'string' ? documentValue(body) : body
  if (writeXml(value) !== undefined) return value
  throw fault('This listener reads bodies as XML: give the example as a document, or as the values of one root element.')
}

function documentValue(document: string): unknown {
  const options = {
    contentType: 'application/xml; charset=utf-8',
    format: 'xml',
    onMalformed: 'reject',
    depthMax: limits.jsonDepthMax,
  } as const
  const parsed = parseBody(Buffer.from(document), options)
  if (parsed.kind === 'xml') return parsed.value()
  throw fault(
    `The example is not the XML that this listener reads bodies as: ${parsed.kind === 'malformed' ? parsed.detail : 'it is empty.'}`,
  )
}

function fault(message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer: '/expected/body', code: 'invalid', message }] })
}
