import type { FlowListVersionsOut } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { chosen } from '../../lib/search.ts'
import { shortId } from '../../lib/ids.ts'
import { useRows } from '../../lib/keyset.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable, InRow } from '../../ui/data-table.tsx'
import { ChoiceChip } from '../../ui/filters.tsx'
import { Card, PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { Compared } from './compared.tsx'
import { definitionOf } from './model/definition.ts'
import { flowQuery, keepFlow } from './queries.ts'
import { saveLineOf } from './save-line.ts'
import { May } from '../../ui/may.tsx'

type Version = FlowListVersionsOut['data'][number]

/** What changed, when, by whom; any two side by side, and any of them as the draft again. */
export function FlowVersionsPage() {
  const { app, flow: id } = useParams({ from: '/a/$app/flows/$flow/versions' })
  const { from, to } = useSearch({ from: '/a/$app/flows/$flow/versions' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const flow = useQuery(flowQuery(app, id)).data
  const list = useRows<Version>(['flow-versions', app, id], (iterator) =>
    api.flow.listVersions(app, id, { limit: 50, ...(iterator && { iterator }) }),
  )
  const restore = useMutation({
    // Of the draft that is compared with here: one that somebody has changed meanwhile is not written over.
    mutationFn: async (version: number) => {
      const known = flow ?? (await queries.ensureQueryData(flowQuery(app, id)))
      return saveLineOf(known).write((ifMatch) => api.flow.restoreVersion(app, id, String(version), { ifMatch }))
    },
    onSuccess: async (restored, version) => {
      keepFlow(queries, app, restored)
      await navigate({ to: '/a/$app/flows/$flow', params: { app, flow: id } })
      say(`The draft is v${version} again.`)
    },
    onError: (error) => {
      sayFailure('The draft stays as it was.', wordsOf(error).detail)
      void queries.invalidateQueries({ queryKey: flowQuery(app, id).queryKey })
    },
  })
  const newest = list.rows[0]?.version
  const [left, right] = [from ?? (newest === undefined ? undefined : String(newest)), to ?? 'draft']
  const columns = columnsOf(restore)
  return (
    <>
      <PageHead
        title="Versions"
        tabTitle={`Versions of ${flow?.name ?? 'the flow'}`}
        crumbs={[
          { label: 'Flows', link: { to: '/a/$app/flows', params: { app } } },
          { label: flow?.name ?? 'Flow', link: { to: '/a/$app/flows/$flow', params: { app, flow: id } } },
        ]}
      />
      <PageBody>
        {list.loading ? (
          <SkeletonRows />
        ) : list.error !== null ? (
          <ErrorState error={list.error} onRetry={list.retry} />
        ) : list.rows.length === 0 ? (
          <EmptyState title="Nothing is published yet.">
            A version is what new runs take. It never changes, and each run names its own.
          </EmptyState>
        ) : (
          <>
            <div className="overflow-hidden rounded-lg border border-line bg-surface">
              <DataTable
                label="Versions"
                scrolls={false}
                columns={columns}
                rows={list.rows}
                more={list.more}
                rowKey={({ version }) => String(version)}
                rowLink={({ version }) => ({
                  to: '/a/$app/flows/$flow/versions',
                  params: { app, flow: id },
                  search: { from: String(version), ...(to !== undefined && { to }) },
                })}
                rowLabel={({ version }) => `Compare v${version} with ${right === 'draft' ? 'the draft' : `v${right}`}`}
                selected={left}
              />
            </div>
            {left !== undefined && (
              <Card
                title={`v${left} and ${right === 'draft' ? 'the draft' : `v${right}`}`}
                aside={
                  <ChoiceChip
                    label="Compare with"
                    value={right}
                    options={['draft', ...list.rows.map(({ version }) => String(version))].map((value) => ({
                      value,
                      label: value === 'draft' ? 'With the draft' : `With v${value}`,
                    }))}
                    onChange={(value) =>
                      void navigate({
                        to: '/a/$app/flows/$flow/versions',
                        params: { app, flow: id },
                        search: chosen({ from, to: value === 'draft' ? undefined : value }),
                        replace: true,
                      })
                    }
                  />
                }
              >
                {flow === undefined ? (
                  <SkeletonRows rows={4} />
                ) : (
                  <Compared app={app} flow={id} from={Number(left)} to={right === 'draft' ? definitionOf(flow) : Number(right)} />
                )}
              </Card>
            )}
          </>
        )}
      </PageBody>
    </>
  )
}

function columnsOf(restore: Pick<UseMutationResult<unknown, unknown, number>, 'isPending' | 'mutate'>): readonly Column<Version>[] {
  return [
    { name: 'version', head: 'Version', width: '110px', cell: ({ version }) => <span className="font-medium">v{version}</span> },
    {
      name: 'state',
      head: 'State',
      width: '130px',
      cell: ({ published }) => (published ? <StatusMark status="active" word="Live" /> : ''),
    },
    {
      name: 'by',
      head: 'By',
      width: '220px',
      cell: ({ createdBy, createdByName }) => <span title={createdBy}>{createdByName ?? shortId(createdBy)}</span>,
    },
    { name: 'note', head: 'Note', gives: 'narrow', cell: ({ note }) => <span className="text-text-2">{note}</span> },
    { name: 'at', head: 'Published', width: '140px', align: 'right', cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      name: 'restore',
      head: <span className="sr-only">Actions</span>,
      width: '110px',
      align: 'right',
      cell: ({ version }) => (
        <May>
          <InRow>
            <Button size="sm" disabled={restore.isPending} onClick={() => restore.mutate(version)}>
              Restore
            </Button>
          </InRow>
        </May>
      ),
    },
  ]
}
