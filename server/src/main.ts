import closeWithGrace from 'close-with-grace'
import { composeServer, printableSignInUrl } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { writePrivately } from './keys/bootstrap.ts'
import { createLog } from './log.ts'
import { unsuitable } from './node-version.ts'

const USAGE = `usage: rampart-server [sign-in-link]

  rampart-server                serves on PORT (4280) of RAMPART_HOST (127.0.0.1), data in RAMPART_DATA (./data)
  rampart-server sign-in-link   prints a one-time sign-in link for the first administrator

Also read: RAMPART_PUBLIC_URL, the address people use; RAMPART_LOG, from silent to trace (info);
RAMPART_BOOTSTRAP_FILE, a file that gets { url, signInUrl, adminToken } when the server is ready.
`

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

async function main(command: string | undefined): Promise<void> {
  const wrong = unsuitable(process.versions)
  if (wrong !== undefined) throw new ConfigError(wrong)
  switch (command) {
    case undefined:
      return serve()
    case 'sign-in-link':
      process.stdout.write(`${await printableSignInUrl(readConfig())}\n`)
      return
    case 'help':
    case '--help':
      process.stdout.write(USAGE)
      return
    default:
      throw new ConfigError(`There is no command ${command}.\n\n${USAGE}`)
  }
}

try {
  await main(process.argv[2])
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
