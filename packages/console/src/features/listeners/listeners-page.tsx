import { PageHead } from '../../ui/page.tsx'

export function ListenersPage() {
  return <PageHead title="Listeners" />
}
