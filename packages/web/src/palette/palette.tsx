import { Modal, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import '../theme/more-styles.ts'
import classes from './palette.module.css'
import { type Command, type PalettePlace, useCommands } from './use-commands.ts'

interface PaletteProps {
  isOpen: boolean
  onClose: () => void
  places: readonly PalettePlace[]
}

/** Jump to any task, execution or page, or do something, without the mouse. */
export function Palette({ isOpen, onClose, places }: PaletteProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      withCloseButton={false}
      yOffset="12vh"
      centered={false}
      size={560}
      padding={0}
      aria-label={t('palette.label')}
    >
      <Commands onDone={onClose} places={places} />
    </Modal>
  )
}

function Commands({ onDone, places }: { onDone: () => void; places: readonly PalettePlace[] }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const commands = inGroups(useCommands(typed, places))
  const at = Math.min(chosen, commands.length - 1)

  useEffect(() => {
    list.current?.querySelector(`#command-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at])

  function run(command: Command | undefined): void {
    if (command === undefined) return
    onDone()
    void command.run()
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Enter that ends the composition of a Chinese word chooses nothing.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') run(commands[at])
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || commands.length === 0) return
    event.preventDefault()
    setChosen((at + step + commands.length) % commands.length)
  }

  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        className={classes.input}
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls="commands"
        aria-activedescendant={commands.length > 0 ? `command-${at}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className={classes.list} id="commands" role="listbox" aria-label={t('palette.label')} ref={list}>
        {commands.length === 0 && <p className={classes.nothing}>{t('palette.nothing')}</p>}
        {commands.map((command, index) => (
          <div key={command.id}>
            {command.group !== commands[index - 1]?.group && (
              <div className={classes.group} role="presentation">
                {t(`palette.groups.${command.group}`)}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and handles the keys. */}
            <div
              id={`command-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={classes.command}
              onClick={() => run(command)}
              onMouseMove={() => setChosen(index)}
            >
              {command.title}
            </div>
          </div>
        ))}
      </div>
      <p className={classes.hint}>{t('palette.hint')}</p>
    </>
  )
}

/** The same order, but each group together where it first appears. */
function inGroups(commands: readonly Command[]): Command[] {
  const groups = [...new Set(commands.map(({ group }) => group))]
  return groups.flatMap((group) => commands.filter((command) => command.group === group))
}
