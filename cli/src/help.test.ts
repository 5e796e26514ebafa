import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from './program.ts'
import { testWorld } from './test-world.ts'

/** Every command of a fresh program, by its path: `ramp run`. */
function commandsIn(command: Command, path: readonly string[] = []): ReadonlyMap<string, Command> {
  return new Map(
    command.commands.flatMap((one) => {
      const here = [...path, one.name()]
      return [[here.join(' '), one] as const, ...commandsIn(one, here)]
    }),
  )
}

function fresh() {
  const world = testWorld()
  const program = createProgram({ world, keepSecret: () => undefined, finish: () => undefined })
  return { world, program, commands: commandsIn(program) }
}

/** The examples that the help of a command begins with. */
function examplesOf(path: string): readonly string[] {
  const { world, commands } = fresh()
  commands.get(path)?.outputHelp()
  const [, text = ''] = /^Examples:\n((?: {2}.*\n)+)\n?Usage: /.exec(world.out()) ?? []
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.trim()]))
}

/** Words as a shell would split them, without redirections. */
function wordsOf(example: string): readonly string[] {
  const line = example.replace(/^rampart /, '').replace(/ (?:>>?|<) \S+$/, '')
  return (line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

describe('the help of', () => {
  test.each([...fresh().commands.keys()])(
    'rampart %s begins with two examples that are command lines',
    async (path) => {
      const examples = examplesOf(path)
      expect(examples).toHaveLength(2)
      for (const example of examples) {
        const { program, commands } = fresh()
        let heard: string | undefined
        for (const [name, command] of commands)
          if (command.commands.length === 0)
            command.action(() => {
              heard = name
            })
        await program.parseAsync(wordsOf(example), { from: 'user' })
        expect(heard).toMatch(new RegExp(`^${path}(?: |$)`))
      }
    },
  )
})

test('words are read as a shell reads them', () => {
  expect(wordsOf(`rampart x --a "b c" --d='{"e":1}' >> f`)).toEqual(['x', '--a', 'b c', '--d={"e":1}'])
})
