import { PageHead } from '../../ui/page.tsx'

export function SecretsPage() {
  return <PageHead title="Secrets" />
}
