import { Button, NativeSelect, Radio, TextInput } from '@mantine/core'
import { type Environment, type SdkKey, whatPagesAreTold } from '@rampart/contract/admin'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { failureOf, fieldError } from '../queries/failure.ts'
import { useFlags } from '../queries/flags.ts'
import { useCreateSdkKey } from '../queries/sdk-keys.ts'
import { CodeBlock } from './code-block.tsx'
import styles from './dialog.module.css'
import { Dialog } from './dialog.tsx'
import { FailureCard } from './failure-card.tsx'
import choices from './pages-choice.module.css'
import { clientSnippets, serverSnippets } from './sdk-snippets.ts'
import { SnippetTabs } from './snippet-tabs.tsx'

interface CreateSdkKeyDialogProps {
  readonly project: string
  /** Those that the caller may make keys for. */
  readonly environments: readonly Environment[]
  readonly onClose: () => void
}

const KINDS: Readonly<Record<SdkKey['kind'], { readonly label: string; readonly description: string }>> = {
  server: {
    label: 'Server',
    description: 'For services. A secret: whoever has it reads every rule of the environment.',
  },
  client: {
    label: 'Client',
    description: 'For pages. Public: it reads only the flags that browsers are told.',
  },
}

/** Makes a key, shows it this once, and what to do with it. */
export function CreateSdkKeyDialog({ project, environments, onClose }: CreateSdkKeyDialogProps) {
  const create = useCreateSdkKey(project)
  return create.data === undefined ? (
    <Dialog onClose={onClose} title="New SDK key">
      <Form environments={environments} create={create} onClose={onClose} />
    </Dialog>
  ) : (
    <Dialog onClose={onClose} title={`The SDK key ${create.data.item.name}`} size={680} closesBeside={false}>
      <Made project={project} item={create.data.item} secret={create.data.secret} onClose={onClose} />
    </Dialog>
  )
}

interface FormProps extends Omit<CreateSdkKeyDialogProps, 'project'> {
  readonly create: ReturnType<typeof useCreateSdkKey>
}

function Form({ environments, create, onClose }: FormProps) {
  const [environment, setEnvironment] = useState(environments[0]?.key ?? '')
  const [kind, setKind] = useState<SdkKey['kind']>('server')
  const [name, setName] = useState('')
  const failure = create.error === null ? undefined : failureOf(create.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({ environment, kind, name: name.trim() })
  }
  return (
    <form onSubmit={submit} className={styles['form']}>
      <NativeSelect
        label="Environment"
        data={environments.map(({ key }) => key)}
        value={environment}
        onChange={({ currentTarget }) => setEnvironment(currentTarget.value)}
      />
      <Radio.Group label="Kind" value={kind} onChange={(chosen) => setKind(chosen === 'client' ? 'client' : 'server')}>
        <div className={choices['choices']}>
          {(['server', 'client'] as const).map((one) => (
            <Radio
              key={one}
              value={one}
              label={KINDS[one].label}
              description={KINDS[one].description}
              classNames={{ description: choices['description'] ?? '' }}
            />
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label="Name"
        description="The application that will have it."
        placeholder="web shop"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={fieldError(failure, '/name')}
        required
        data-autofocus
      />
      {failure !== undefined && failure.fields.length === 0 && (
        <FailureCard what="The key was not made" error={create.error} />
      )}
      <div className={styles['foot']}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
          Make the key
        </Button>
      </div>
    </form>
  )
}

interface MadeProps extends Pick<CreateSdkKeyDialogProps, 'project' | 'onClose'> {
  readonly item: SdkKey
  readonly secret: string
}

function Made({ project, item, secret, onClose }: MadeProps) {
  const isServer = item.kind === 'server'
  const flags = useFlags(project, '').data?.pages[0]?.items
  const flag = flags?.find(
    ({ type, ...flag }) => type === 'boolean' && (isServer || whatPagesAreTold(flag) === 'rules'),
  )?.key
  const facts = { url: globalThis.location.origin, flag: flag ?? 'my-flag' }
  return (
    <div className={styles['form']}>
      <p>
        It is shown this once and never again.{' '}
        {isServer
          ? 'Keep it with the secrets of your application.'
          : 'It is public: it may stand in your page, where everybody can read it.'}
      </p>
      <CodeBlock what="the key" code={isServer ? `RAMPART_SDK_KEY=${secret}` : secret} />
      <SnippetTabs snippets={isServer ? serverSnippets(facts) : clientSnippets(facts, secret)} />
      <p className={styles['aside']}>
        {isServer ? (
          <>
            It appears under{' '}
            <Link to="/p/$project/settings/connected-sdks" params={{ project }} onClick={onClose}>
              Connected SDKs
            </Link>{' '}
            within seconds of its start.
          </>
        ) : (
          'Pages get a flag only when its page says that browsers are told of it: Edit…, “Browsers are told”.'
        )}
      </p>
      <div className={styles['foot']}>
        <Button onClick={onClose}>I have kept it</Button>
      </div>
    </div>
  )
}
