import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from './failure.ts'
import type { World } from './world.ts'

/** The text of a file, or of the standard input when it is named `-`. */
export async function textOf(world: Pick<World, 'cwd' | 'readStdin'>, path: string): Promise<string> {
  if (path === '-') return world.readStdin()
  try {
    return await readFile(resolve(world.cwd, path), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UsageError(`There is no file ${path}.`)
    if (error instanceof Error) throw new UsageError(`${path} cannot be read: ${error.message}`)
    throw error
  }
}

/** The JSON object in a file, or on the standard input. */
export async function objectOf(
  world: Pick<World, 'cwd' | 'readStdin'>,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  const value = jsonOf(await textOf(world, path), path === '-' ? 'The standard input' : path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new UsageError(`${path === '-' ? 'The standard input' : path} must be a JSON object.`)
}

/** Reads JSON that came from `where`. */
export function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${where} is not JSON: ${error.message}`)
    throw error
  }
}
