import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../../lib/api.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Note } from '../../../ui/note.tsx'
import { wordsOf } from '../../../ui/states.tsx'
import { say, sayFailure } from '../../../ui/toast.tsx'
import type { Builder } from '../builder.ts'
import { Compared } from '../compared.tsx'

/** What changes with this version, and what keeps it from being one. */
export function PublishDialog({ builder, onClose }: { readonly builder: Builder; onClose(): void }) {
  const { app, flow, draft, faults, select } = builder
  const queries = useQueryClient()
  const published = flow.publishedVersion
  const publish = useMutation({
    mutationFn: async () => {
      await draft.flush()
      return draft.line.write((ifMatch) => api.flow.publish(app, flow.id, {}, { ifMatch }))
    },
    onSuccess: async ({ version }) => {
      await queries.invalidateQueries({ queryKey: ['flow', app] })
      await queries.invalidateQueries({ queryKey: ['flows', app] })
      say(`v${version} is live.`, published === null ? {} : { undo: () => void takeBack(published) })
      onClose()
    },
  })
  /** Makes what was live the newest version, and leaves the draft as it is. */
  const takeBack = async (before: number): Promise<void> => {
    try {
      const made = await api.flow.publish(app, flow.id, { version: before, note: `As v${before}` })
      say(`v${made.version} is live, and is what v${before} was.`)
    } catch (error) {
      sayFailure('It is still live.', wordsOf(error).detail)
    }
    await queries.invalidateQueries({ queryKey: ['flow', app] })
    await queries.invalidateQueries({ queryKey: ['flows', app] })
  }
  const open = (step: string | undefined): void => {
    if (step !== undefined) select(step)
    onClose()
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={published === null ? 'Publish this flow?' : `Publish over v${published}?`}
      actions={
        <>
          <span className="flex-1 text-xs text-text-3">Runs that are under way keep their version.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={faults.length > 0 || publish.isPending} onClick={() => publish.mutate()}>
            Publish
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {faults.map((fault) => (
          <Note
            key={`${fault.pointer} ${fault.code}`}
            kind="fail"
            title={fault.message}
            actions={
              <Button size="sm" onClick={() => open(stepAt(draft.definition, fault.pointer))}>
                Go there
              </Button>
            }
          >
            <code className="font-mono text-xs">{fault.pointer}</code>
          </Note>
        ))}
        {flow.warnings.map((warning) => (
          <Note key={`${warning.pointer} ${warning.code}`} title={warning.message} />
        ))}
        {publish.error !== null && <Note kind="fail" title={wordsOf(publish.error).detail} />}
        <Compared app={app} flow={flow.id} from={published} to={draft.definition} saved={draft.flush} onOpen={open} />
      </div>
    </Dialog>
  )
}

/** The step that a pointer leads into: the deepest on its way. */
function stepAt(definition: unknown, pointer: string): string | undefined {
  let value: unknown = definition
  let id: string | undefined
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) break
    value = (value as Readonly<Record<string, unknown>>)[part]
    const own = (value as { readonly id?: unknown; readonly kind?: unknown } | null | undefined)?.id
    if (typeof own === 'string') id = own
  }
  return id
}
