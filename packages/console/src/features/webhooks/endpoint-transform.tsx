import { PosthornError } from '@posthorn/sdk'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import type { Endpoint } from './queries.ts'
import { useEndpointPatch } from './use-endpoint-patch.ts'
import { Fields, May } from '../../ui/may.tsx'
import { Unsaved } from '../../ui/dialog.tsx'

const example = '{\n  "id": "inv_1",\n  "amount": 1200,\n  "currency": "EUR"\n}'

/** Which events pass by what is in them, and what body is sent instead of their own. Both are tried on a payload by the server itself. */
export function EndpointTransform({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const [filter, setFilter] = useState(endpoint.filter === null ? '' : JSON.stringify(endpoint.filter, null, 2))
  const [transformation, setTransformation] = useState(endpoint.transformation?.expression ?? '')
  const [payload, setPayload] = useState(example)
  const { save, fault } = useEndpointPatch(app, endpoint.id)
  const read = readJson(filter)
  const change = {
    filter: filter.trim() === '' ? null : (read as never),
    transformation: transformation.trim() === '' ? null : { expression: transformation },
  }
  return (
    <div className="grid gap-4 wide:grid-cols-2">
      <Card title="Filter and transformation">
        <Fields>
          <TextArea
            label="Filter"
            optional
            mono
            rows={6}
            value={filter}
            onText={setFilter}
            hint="JSON: only events that match are sent. Empty: all of them."
            fault={filter.trim() !== '' && read === undefined ? 'This is not JSON.' : faultOf(fault, '/filter')}
          />
          <TextArea
            label="Transformation"
            optional
            mono
            rows={8}
            value={transformation}
            onText={setTransformation}
            hint="JSONata: what it makes of the event is sent as the body. Empty: the event as it is."
            fault={faultOf(fault, '/transformation')}
          />
          <May>
            <Button
              kind="primary"
              className="self-start"
              disabled={save.isPending || (filter.trim() !== '' && read === undefined)}
              onClick={() => save.mutate(change)}
            >
              Save filter and transformation
            </Button>
          </May>
        </Fields>
      </Card>
      <May>
        <Card title="Try it">
          <Trial app={app} filter={change.filter} transformation={transformation} payload={payload} onPayload={setPayload} />
        </Card>
      </May>
      <Unsaved key={endpoint.updatedAt} values={[filter, transformation]} saving={save.isPending} />
    </div>
  )
}

interface TrialProps {
  readonly app: string
  readonly filter: unknown
  readonly transformation: string
  readonly payload: string
  onPayload(text: string): void
}

function Trial({ app, filter, transformation, payload, onPayload }: TrialProps) {
  const body = readJson(payload)
  const attempt = useMutation({
    mutationFn: async () => ({
      matches:
        filter === null || filter === undefined ? null : await api.filter.test(app, { filter: filter as never, payload: body as never }),
      made:
        transformation.trim() === ''
          ? null
          : await api.transformation.test(app, { expression: transformation, payload: body as never } as never),
    }),
  })
  const result: ReactNode =
    attempt.error !== null ? (
      <Note kind="fail" title={attempt.error instanceof PosthornError ? attempt.error.message : wordsOf(attempt.error).detail} />
    ) : attempt.data === undefined ? null : (
      <CodeView json label="Result" text={JSON.stringify(attempt.data, null, 2)} />
    )
  return (
    <div className="flex flex-col gap-4">
      <TextArea
        label="Payload"
        mono
        rows={8}
        value={payload}
        onText={onPayload}
        hint="A payload to try them on. Nothing is sent."
        fault={body === undefined ? 'This is not JSON.' : undefined}
      />
      <Button className="self-start" disabled={body === undefined || attempt.isPending} onClick={() => attempt.mutate()}>
        Try
      </Button>
      <div role="status">{result}</div>
    </div>
  )
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
