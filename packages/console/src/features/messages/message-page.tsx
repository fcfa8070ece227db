import { PageHead } from '../../ui/page.tsx'

export function MessagePage() {
  return <PageHead title="Message" />
}
