import { Accordion } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { type ComponentType, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEditor } from './editor-context.ts'
import { FURTHER_FIELDS } from './further-fields.ts'
import { SECTIONS, type Section, sectionSummary } from './section-summary.ts'
import { AboutSection, LimitsSection, ParametersSection } from './sections.tsx'
import { MisfireSection, RecordsSection, RetrySection, WindowSection } from './sections-time.tsx'
import classes from './task-editor.module.css'
import { WhereSection } from './where-section.tsx'

const CONTENT: Readonly<Record<Section, ComponentType>> = {
  where: WhereSection,
  about: AboutSection,
  parameters: ParametersSection,
  limits: LimitsSection,
  retry: RetrySection,
  misfire: MisfireSection,
  window: WindowSection,
  records: RecordsSection,
}

/** What most tasks leave as it is, folded; each head says what of it is set. */
export function FoldedSections({ open, onOpen }: { open: string[]; onOpen: (open: string[]) => void }) {
  const { t } = useTranslation()
  const { document, faultAt } = useEditor()
  // The section that the address opens is the one somebody came for.
  const [wanted] = useState(open[0])
  return (
    <Accordion multiple variant="contained" radius="md" chevronPosition="left" value={open} onChange={onOpen}>
      {Object.entries(SECTIONS).map(([name, fields]) => {
        const section = name as Section
        const Content = CONTENT[section]
        const further = section === 'records' ? FURTHER_FIELDS : []
        const fault = [...fields, ...further].map(faultAt).find((found) => found !== undefined)
        return (
          <Accordion.Item key={section} value={section} ref={section === wanted ? intoView : undefined}>
            <Accordion.Control>
              <span style={{ display: 'flex', gap: 12, alignItems: 'center', fontSize: 13 }}>
                <span>{t(`editor.sections.${section}`)}</span>
                <span className={classes.summary} data-faulty={fault !== undefined || undefined}>
                  {fault === undefined ? (
                    sectionSummary(section, document) || t('editor.usual')
                  ) : (
                    <>
                      <IconAlertCircle size={13} aria-hidden style={{ verticalAlign: '-2px' }} /> {fault.message}
                    </>
                  )}
                </span>
              </span>
            </Accordion.Control>
            <Accordion.Panel>
              <Content />
            </Accordion.Panel>
          </Accordion.Item>
        )
      })}
    </Accordion>
  )
}

function intoView(item: HTMLElement | null): void {
  item?.scrollIntoView({ block: 'center' })
}
