import { useMemo, useState } from 'react'
import { Check, Copy } from 'lucide-react'
import { hexDump } from '../../lib/text/hex-dump.ts'
import { pathOfLine } from '../../lib/text/json-path.ts'
import { prettyJson } from '../../lib/pretty-json.ts'
import { visible } from '../../lib/visible.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { useCopy } from '../../ui/copy-button.tsx'
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
      {look === 'pretty' && shown.json ? (
        <BodyTree text={shown.text} />
      ) : (
        <CodeView text={shown.text} json={shown.json} numbers={look !== 'hex'} label="Request body" maxHeight="56vh" />
      )}
      <p className="text-text-3">
        {contentType ?? 'No content type'}
        {body.truncated && '; only the beginning is shown'}
      </p>
    </>
  )
}

/** The body laid out: a value that is clicked on says how a flow reads it, and is copied so. */
function BodyTree({ text }: { readonly text: string }) {
  const [line, setLine] = useState<number>()
  const lines = useMemo(() => text.split('\n'), [text])
  const path = line === undefined ? undefined : pathOfLine('body', lines, line)
  const { copied, copy } = useCopy()
  return (
    <div className="flex flex-col">
      <CodeView text={text} json label="Request body" maxHeight="56vh" chosen={line} onChoose={setLine} />
      {path === undefined ? (
        <p className="pt-2 text-xs text-text-3">Click on a value, or walk with the arrow keys: how a flow reads it stands here.</p>
      ) : (
        <div role="status" className="mt-2 flex flex-wrap items-center gap-2">
          <span className="text-text-2">Path</span>
          <code className="min-w-0 rounded-sm bg-code-variable-tint px-1.5 py-0.5 font-mono font-medium break-all text-code-variable">
            {visible(path)}
          </code>
          <Button kind="quiet" size="sm" onClick={() => copy(`{{ ${path} }}`)}>
            {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
            {copied ? 'Copied' : 'Copy as variable'}
          </Button>
        </div>
      )}
    </div>
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
