import { PageHead } from '../../ui/page.tsx'

export function ListenerPage() {
  return <PageHead title="Listener" />
}
