import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from './icons.ts'

const SCHEMES = [
  { scheme: 'light', word: 'Light', Icon: IconSun },
  { scheme: 'dark', word: 'Dark', Icon: IconMoon },
  { scheme: 'auto', word: 'As the system', Icon: IconDeviceDesktop },
] as const satisfies readonly {
  readonly scheme: MantineColorScheme
  readonly word: string
  readonly Icon: typeof IconSun
}[]

/** Light, dark, or as the system has it. */
export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const current = SCHEMES.find(({ scheme }) => scheme === colorScheme) ?? SCHEMES[2]
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon color="gray" aria-label={`Theme: ${current.word.toLowerCase()}`}>
          <current.Icon size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ scheme, word, Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} stroke={1.7} />}
            rightSection={scheme === colorScheme ? <IconCheck size={16} aria-label="chosen" /> : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {word}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
