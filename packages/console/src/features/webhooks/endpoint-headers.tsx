import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorState, wordsOf } from '../../ui/states.tsx'
import { type Endpoint, headersQuery } from './queries.ts'
import { May } from '../../ui/may.tsx'

/** Headers that each webhook to this endpoint carries. Values that may be credentials are kept encrypted and not shown again. */
export function EndpointHeaders({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(headersQuery(app, endpoint.id))
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const change = useMutation({
    mutationFn: (headers: Record<string, string | null>) => api.endpoint.patchHeaders(app, endpoint.id, { headers }),
    onSuccess: () => {
      setName('')
      setValue('')
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['endpoint-headers', app, endpoint.id] }),
  })
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  const rows = [
    ...Object.entries(data?.headers ?? {}).map(([header, text]) => ({ header, text })),
    ...(data?.sensitive ?? []).map((header) => ({ header, text: undefined })),
  ]
  const add = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() !== '') change.mutate({ [name.trim()]: value })
  }
  return (
    <div className="max-w-[44rem]">
      <Card title="Headers" flush>
        <ul>
          {rows.map(({ header, text }) => (
            <li key={header} className="flex min-h-row items-center gap-3 border-b border-line px-4">
              <code className="w-48 shrink-0 font-mono break-all text-code-key">{header}</code>
              <span className="min-w-0 flex-1 font-mono break-all">{text ?? <span className="text-text-3">kept encrypted</span>}</span>
              <May>
                <IconButton size="sm" label={`Remove ${header}`} onClick={() => change.mutate({ [header]: null })}>
                  <Trash2 aria-hidden />
                </IconButton>
              </May>
            </li>
          ))}
          {rows.length === 0 && <li className="border-b border-line px-4 py-3 text-text-2">No headers of its own.</li>}
        </ul>
        <May>
          <form onSubmit={add} className="flex flex-wrap items-start gap-3 p-4">
            <div className="w-48">
              <TextField label="Name" mono placeholder="X-API-Key" value={name} onText={setName} />
            </div>
            <div className="min-w-48 flex-1">
              <TextField label="Value" mono value={value} onText={setValue} />
            </div>
            <Button type="submit" className="mt-[26px]" disabled={change.isPending}>
              Add header
            </Button>
          </form>
        </May>
        {change.error !== null && (
          <div className="px-4 pb-4">
            <Note kind="fail" title={wordsOf(change.error).detail} />
          </div>
        )}
      </Card>
    </div>
  )
}
