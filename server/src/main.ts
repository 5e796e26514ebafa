import { resolve } from 'node:path'
import closeWithGrace from 'close-with-grace'
import { backUpTo, composeServer, printableSignInUrl, restoreFrom } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { writePrivately } from './keys/bootstrap.ts'
import { createLog } from './log.ts'
import { unsuitable } from './node-version.ts'

const USAGE = `usage: rampart-server [sign-in-link | backup FILE | restore FILE]

  rampart-server                serves on PORT (4280) of RAMPART_HOST (127.0.0.1), data in RAMPART_DATA (./data)
  rampart-server sign-in-link   prints a one-time sign-in link for the first administrator
  rampart-server backup FILE    copies the database into a new file, also while the server runs
  rampart-server restore FILE   puts a backup in place of the database; end the server first

Also read: RAMPART_PUBLIC_URL, the address people use; RAMPART_LOG, from silent to trace (info);
RAMPART_BOOTSTRAP_FILE, a file that gets { url, signInUrl, adminToken } when the server is ready.
`

const MIB = 1024 * 1024

async function serve(): Promise<void> {
  const config = readConfig()
  const server = await composeServer(config)
  const { close } = closeWithGrace({ delay: 20_000 }, async ({ err }) => {
    if (err !== undefined) createLog('fatal').fatal({ err }, 'an error that nobody expected ends the server')
    await server.close()
  })
  // a program that started us and died without a word leaves nobody to end us
  process.once('disconnect', close)
  const url = (await server.listen()).origin
  if (config.bootstrapFile !== null) {
    const bootstrap = { url, signInUrl: await server.signInUrl(), adminToken: await server.adminToken() }
    await writePrivately(config.bootstrapFile, `${JSON.stringify(bootstrap, null, 2)}\n`)
    return
  }
  process.stdout.write(`Rampart is running at ${url}\n`)
  if (server.isNew) process.stdout.write(`Sign in once, within 24 hours: ${await server.signInUrl()}\n`)
}

function backUpInto(file: string | undefined): void {
  if (file === undefined) throw new ConfigError('Name the file to write: rampart-server backup FILE')
  const { bytes } = backUpTo(readConfig(), resolve(file))
  process.stdout.write(`Backed up ${(bytes / MIB).toFixed(1)} MiB to ${file}\n`)
}

async function restoreOutOf(file: string | undefined): Promise<void> {
  if (file === undefined) throw new ConfigError('Name the backup to read: rampart-server restore FILE')
  const { environments, before } = await restoreFrom(readConfig(), resolve(file))
  const kept = before === null ? '' : ` What was there before is kept as ${before}.`
  process.stdout.write(`Restored from ${file}.${kept}\n`)
  for (const { project, environment, revision } of environments) {
    process.stdout.write(`  ${project}/${environment} goes on at revision ${revision}\n`)
  }
  process.stdout.write('Flags that were killed or rolled back after the backup are as they were at the backup.\n')
}

async function main(command: string | undefined, operand: string | undefined): Promise<void> {
  const wrong = unsuitable(process.versions)
  if (wrong !== undefined) throw new ConfigError(wrong)
  switch (command) {
    case undefined:
      return serve()
    case 'sign-in-link':
      process.stdout.write(`${await printableSignInUrl(readConfig())}\n`)
      return
    case 'backup':
      return backUpInto(operand)
    case 'restore':
      return restoreOutOf(operand)
    case 'help':
    case '--help':
      process.stdout.write(USAGE)
      return
    default:
      throw new ConfigError(`There is no command ${command}.\n\n${USAGE}`)
  }
}

try {
  await main(process.argv[2], process.argv[3])
} catch (error) {
  process.stderr.write(`rampart-server: ${explain(error)}\n`)
  process.exit(2)
}

/** What a person at the console can do something about is told without a stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ConfigError || error.name === 'CannotOpen') return error.message
  if ('code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) return error.message
  return error.stack ?? error.message
}
