import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Play, Redo2, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/me.ts'
import { Button, IconButton, LinkButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Switch } from '../../ui/field.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { PageHead } from '../../ui/page.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import type { Builder } from './builder.ts'
import { keepFlow } from './queries.ts'
import type { FlowSearch } from './search.ts'

type View = NonNullable<FlowSearch['view']>

interface Props {
  readonly builder: Builder
  readonly view: View
  onView(view: View): void
  onTest(): void
  onPublish(): void
}

const views: readonly { readonly value: View; readonly label: string; readonly key?: string }[] = [
  { value: 'canvas', label: 'Canvas' },
  { value: 'list', label: 'List', key: 'l' },
  { value: 'code', label: 'Code' },
]

/** The head of the builder: how the draft stands, how it is looked at, and what can be done with the flow. */
export function FlowHead({ builder, view, onView, onTest, onPublish }: Props) {
  const { app, flow, draft, faults } = builder
  const words = { saved: 'Saved', waiting: 'Saving', failed: draft.fault ?? 'Not saved' }[draft.saving]
  return (
    <PageHead
      line
      title={draft.definition.name}
      crumbs={[{ label: 'Flows', link: { to: '/a/$app/flows', params: { app } } }]}
      state={
        <>
          {flow.publishedVersion === null ? (
            <StatusPill status="draft" />
          ) : (
            <StatusPill
              status={flow.changed ? 'changed' : 'ok'}
              word={flow.changed ? `Draft, differs from v${flow.publishedVersion}` : `v${flow.publishedVersion} is live`}
            />
          )}
          <span role="status" className={draft.saving === 'failed' ? 'text-fail-text' : 'text-text-2'}>
            {words}
            {faults.length > 0 && draft.saving !== 'failed' && (
              <>
                {', '}
                <ToMend count={faults.length} onShow={onPublish} />
                {' before it can be published'}
              </>
            )}
          </span>
        </>
      }
      views={
        <>
          <Segmented label="View" options={views} value={view} onChange={(next) => onView(next)} />
          <LinkButton to="/a/$app/flows/$flow/versions" params={{ app, flow: flow.id }}>
            Versions
          </LinkButton>
        </>
      }
      actions={
        <>
          {view !== 'canvas' && (
            <>
              <IconButton label="Undo" disabled={!draft.canUndo} onClick={draft.undo}>
                <Undo2 aria-hidden />
              </IconButton>
              <IconButton label="Redo" disabled={!draft.canRedo} onClick={draft.redo}>
                <Redo2 aria-hidden />
              </IconButton>
            </>
          )}
          <Enabled builder={builder} />
          <Button onClick={onTest}>
            <Play aria-hidden />
            Run with sample
          </Button>
          <More builder={builder} />
          <Publish builder={builder} onPublish={onPublish} />
        </>
      }
    />
  )
}

/** Where nothing differs from what is live there is nothing to publish. */
function Publish({ builder: { flow, draft }, onPublish }: Pick<Props, 'builder' | 'onPublish'>) {
  const nothing = flow.publishedVersion !== null && !flow.changed && draft.saving === 'saved'
  return nothing ? (
    <Button disabled title={`Nothing has changed since v${flow.publishedVersion}.`}>
      Publish
    </Button>
  ) : (
    <Button kind="primary" onClick={onPublish}>
      Publish
    </Button>
  )
}

function Enabled({ builder: { app, flow, draft } }: Pick<Props, 'builder'>) {
  const queries = useQueryClient()
  const enable = useMutation({
    mutationFn: (enabled: boolean) => draft.line.write((ifMatch) => api.flow.patch(app, flow.id, { enabled } as never, { ifMatch })),
    onSuccess: (saved, enabled) => {
      keepFlow(queries, app, saved)
      say(enabled ? 'Enabled.' : 'Disabled. Requests are kept, not run.')
    },
    onError: (error) => sayFailure('The flow stays as it was.', wordsOf(error).detail),
  })
  return <Switch label="Enabled" checked={flow.enabled} disabled={enable.isPending} onChange={(on) => enable.mutate(on)} />
}

function More({ builder: { app, flow, draft } }: { readonly builder: Builder }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: async () => {
      await draft.flush()
      await draft.line.write((ifMatch) => api.flow.delete(app, flow.id, {}, { ifMatch }))
    },
    onSuccess: async () => {
      await navigate({ to: '/a/$app/flows', params: { app } })
      say('Deleted. Runs under way finish.')
      await Promise.all(['flows', 'names'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })))
    },
    onError: (error) => sayFailure('It could not be deleted.', wordsOf(error).detail),
  })
  return (
    <>
      <Menu
        trigger={
          <IconButton kind="outline" label="More">
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem danger onSelect={() => setAsking(true)}>
          <Trash2 aria-hidden />
          Delete flow
        </MenuItem>
      </Menu>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${flow.name}?`}
        act="Delete flow"
        onConfirm={() => {
          setAsking(false)
          remove.mutate()
        }}
      >
        No new run starts. Runs that wait finish, and their history is kept as long as all logs are.
      </Confirm>
    </>
  )
}

/** How much keeps the draft from being published; each of it is named there, with the way to it. */
function ToMend({ count, onShow }: { readonly count: number; onShow(): void }) {
  const words = `${count === 1 ? 'one thing' : `${count} things`} to mend`
  if (!useMay('change')) return words
  return (
    <button type="button" onClick={onShow} className="min-h-target font-medium text-accent-text hover:underline">
      {words}
    </button>
  )
}
