import { useArchiveFlag } from '../queries/flags.ts'
import { usePermission } from '../queries/session.ts'
import styles from './archived-banner.module.css'
import { CommandButton } from './command-button.tsx'
import { IconArchive } from './icons.ts'
import { Ago } from './moment.tsx'
import { showFailure } from './notices.tsx'

interface ArchivedBannerProps {
  readonly project: string
  readonly flag: string
  readonly at: string
}

export function ArchivedBanner({ project, flag, at }: ArchivedBannerProps) {
  const permission = usePermission('patchFlag', { project })
  const archive = useArchiveFlag(project, flag)
  return (
    <section className={styles['banner']} aria-label="Archived">
      <IconArchive size={22} stroke={1.7} aria-hidden className={styles['icon']} />
      <div className={styles['words']}>
        <strong>
          Archived <Ago at={at} />
        </strong>
        <p>Code that still asks for it gets what is set below.</p>
      </div>
      <CommandButton
        permission={permission}
        variant="default"
        loading={archive.isPending}
        onClick={() => archive.mutate(false, { onError: (error) => showFailure('It is still archived', error) })}
      >
        Bring it back
      </CommandButton>
    </section>
  )
}
