import { useMemo } from 'react'
import { hexDump } from '../../lib/hex-dump.ts'
import { prettyJson } from '../../lib/pretty-json.ts'
import { CodeView } from '../../ui/code-view.tsx'
import { FormView } from './form-view.tsx'
import type { RequestDetail } from './queries.ts'

export type BodyLook = 'pretty' | 'raw' | 'hex'

/** The body as it arrived: laid out, as text, or byte by byte. */
export function BodyView({
  app,
  request: { body, bodyBytes, contentType, status, form },
  look,
}: {
  readonly app: string
  readonly request: RequestDetail
  readonly look: BodyLook
}) {
  const shown = useMemo(() => (body === null ? undefined : textOf(body, look)), [body, look])
  if (form !== null && look === 'pretty') return <FormView app={app} form={form} />
  if (body === null || shown === undefined) {
    return <p className="text-text-2">{whyNone(status, bodyBytes)}</p>
  }
  if (body.content === '') return <p className="text-text-2">The request had no body.</p>
  return (
    <>
      <CodeView text={shown.text} json={shown.json} numbers={look !== 'hex'} label="Request body" maxHeight="56vh" />
      <p className="text-text-3">
        {contentType ?? 'No content type'}
        {body.truncated && '; only the beginning is shown'}
      </p>
    </>
  )
}

/** One that was refused before it was read has no bytes either. */
function whyNone(status: RequestDetail['status'], bodyBytes: number): string {
  if (status === 'rejected' && bodyBytes > 0)
    return 'It was refused before its body had come, so there is nothing to accept. Its sender can send it again.'
  return bodyBytes === 0 ? 'The request had no body.' : 'The body is no longer kept.'
}

function textOf(
  { content, encoding }: NonNullable<RequestDetail['body']>,
  look: BodyLook,
): { readonly text: string; readonly json: boolean } {
  if (look === 'hex' || encoding === 'base64')
    return { text: hexDump(encoding === 'base64' ? bytesOf(content) : new TextEncoder().encode(content)), json: false }
  return look === 'pretty' ? prettyJson(content) : { text: content, json: false }
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
