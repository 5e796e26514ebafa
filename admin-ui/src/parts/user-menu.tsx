import { ActionIcon, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useSession, useSignOut } from '../queries/session.ts'
import { IconApi, IconLogout, IconUserCircle } from './icons.ts'
import { showFailure } from './notices.tsx'

export function UserMenu() {
  const session = useSession()
  const signOut = useSignOut()
  const navigate = useNavigate()
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: () => void navigate({ to: '/sign-in' }),
      onError: (error) => showFailure('You are still signed in', error),
    })
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon color="gray" aria-label={`Signed in as ${session.name}`}>
          <IconUserCircle size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Signed in as {session.name}</Menu.Label>
        <Menu.Item component="a" href="/docs/api" leftSection={<IconApi size={16} stroke={1.7} />}>
          API reference
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
