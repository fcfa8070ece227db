import { PageHead } from '../ui/page.tsx'
import { EmptyState } from '../ui/states.tsx'

export function NotFound() {
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <PageHead title="There is no such page" />
      <EmptyState title="The address leads nowhere.">
        It may be of an older version, or cut off. Go on from Home, or look an id up with Ctrl K.
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
