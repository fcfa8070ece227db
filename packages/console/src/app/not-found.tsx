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
