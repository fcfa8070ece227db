import cluster from 'node:cluster'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import type { RunningServer } from '@posthorn/server'
import { readConfig } from '@posthorn/server/config'
import { printFaults } from './config-command.ts'
import { exitCodes } from './exit-codes.ts'
import { settingsSources, withSettings } from './settings-sources.ts'
import { supervise } from './workers/supervise.ts'
import { WorkerLink } from './workers/worker-link.ts'

/** `posthorn serve`. */
export function serveCommand(): Command {
  return withSettings(new Command('serve'))
    .description('Start the server, and stop it in order on SIGTERM, SIGINT or SIGHUP.')
    .option('--dev', 'For trying out: allows http and loopback targets while the host is loopback.')
    .addOption(
      new Option(
        '--new',
        'Begin a new, empty store although one has been here: its key was used, and its database is gone. For one start.',
      ).conflicts('newKey'),
    )
    .option(
      '--new-key',
      'Go on although the master key is lost. What it sealed stays closed: every secret has to be set anew. For one start.',
    )
    .addHelpText(
      'after',
      `
Examples:
  posthorn serve --dev
  posthorn serve --host 0.0.0.0 --public-url https://hooks.example.com
  posthorn serve --database-url postgres://posthorn@db/posthorn --roles ingest,flows
  posthorn serve --database-url postgres://posthorn@db/posthorn --workers 4

Flags go before the environment, which goes before posthorn.yaml.`,
    )
    .action(serve)
}

async function serve(options: Readonly<Record<string, unknown>>): Promise<void> {
  const sources = settingsSources(options)
  const read = readConfig(sources)
  if (cluster.isPrimary && read.kind === 'ok' && read.config.workers > 1) return supervise(read.config)
  // Loaded now: the rest of the commands need no server, and start faster without it.
  const { startServer, StartError } = await import('@posthorn/server')
  try {
    const link = cluster.isWorker ? new WorkerLink() : undefined
    const own = { dev: options['dev'] === true, intent: intentOf(options) }
    const server = await startServer({ ...sources, ...own, figuresOfAll: link?.figuresOfAll })
    let code: number = exitCodes.done
    const stop = createStop(server.stop, () => code)
    void server.outdated.then(() => {
      code = exitCodes.failed
      stop()
    })
    if (link === undefined) {
      stopOnSignals(stop)
      process.stdout.write(welcome(server))
    } else {
      leaveSignals(stop)
      link.serve(server, { stop, welcome: welcome(server) })
    }
  } catch (error) {
    // Its channel would keep a worker that cannot start.
    cluster.worker?.disconnect()
    if (!(error instanceof StartError)) throw error
    printFaults(error.faults)
  }
}

function intentOf(options: Readonly<Record<string, unknown>>): 'new' | 'new_key' | undefined {
  return options['new'] === true ? 'new' : options['newKey'] === true ? 'new_key' : undefined
}

function welcome({ url, ingressUrl, consoleUrl, firstKey, ownerLink, newStore }: Omit<RunningServer, 'stop' | 'figures'>): string {
  const strong = (text: string) => styleText('bold', text, { stream: process.stdout })
  const lines = [
    `Posthorn listens on ${strong(url)}`,
    ...(ingressUrl === url ? [] : [`Listeners:       ${ingressUrl}/in/...`]),
    ...(consoleUrl === undefined ? [] : [`Console:         ${consoleUrl}`]),
    `API:             ${url}/docs (${url}/openapi.json)`,
    ...(newStore === undefined ? [] : [`New store:       ${newStore}`]),
    ...(firstKey === undefined
      ? []
      : [`First key:       ${strong(firstKey)}`, '                 It is shown this once. Send it as "Authorization: Bearer <key>".']),
    ...(ownerLink === undefined
      ? []
      : [
          `First owner:     ${strong(ownerLink)}`,
          '                 Open it within 24 hours, and set a password. Later: npx posthorn link',
        ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Stops in order and ends the process, once, with this code. Says whether that had begun before. */
function createStop(stop: () => Promise<void>, code: () => number): () => boolean {
  let stopping = false
  return () => {
    if (stopping) return true
    stopping = true
    stop().then(
      () => process.exit(code()),
      (error: unknown) => {
        console.error('Posthorn did not stop in order:', error)
        process.exit(exitCodes.failed)
      },
    )
    return false
  }
}

/**
 * The first signal stops in order; a second one does not wait. A hang-up is like a first one, and never like a second: where a
 * terminal closes, both the system and the shell send it.
 */
function stopOnSignals(stop: () => boolean): void {
  const onSignal = () => {
    if (stop()) process.exit(exitCodes.interrupted)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  process.on('SIGHUP', stop)
}

/** A terminal sends its signals to the workers too, to whom their supervisor says what follows. SIGTERM is meant for this one. */
function leaveSignals(stop: () => boolean): void {
  process.on('SIGTERM', stop)
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
}
