import { PageHead } from '../../ui/page.tsx'

export function NewListenerPage() {
  return <PageHead title="NewListener" />
}
