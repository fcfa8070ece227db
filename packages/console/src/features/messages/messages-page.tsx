import { PageHead } from '../../ui/page.tsx'

export function MessagesPage() {
  return <PageHead title="Messages" />
}
