import { useParams } from '@tanstack/react-router'
import { LinkButton } from '../ui/button.tsx'
import { PageHead } from '../ui/page.tsx'
import { EmptyState } from '../ui/states.tsx'

export function NotFound() {
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHead title="There is no such page" />
      <EmptyState title="The address leads nowhere." also={<WayHome />}>
        It may be of an older version, or cut off.
      </EmptyState>
    </main>
  )
}

/** These pages stand alone, without the sidebar. */
const WayHome = () => <LinkButton to="/">Go to Home</LinkButton>

/** A jump to what no id is called. */
export function UnknownId() {
  const { id } = useParams({ from: '/go/$id' })
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHead title="No id begins so" />
      <EmptyState title={`“${id}” belongs to nothing.`} also={<WayHome />}>
        An id says by its beginning what it is of: dlv_ is a delivery, req_ a request, run_ a run. It may be cut off.
      </EmptyState>
    </main>
  )
}

/** The address names an application that is not there, or not for this person. */
export function NoApplication({ app }: { readonly app: string }) {
  return (
    <>
      <PageHead title="There is no such application" />
      <EmptyState title={`No application is called “${app}”.`}>
        It may have been deleted, or you may not look into it. Choose another at the top left, or ask an owner.
      </EmptyState>
    </>
  )
}
