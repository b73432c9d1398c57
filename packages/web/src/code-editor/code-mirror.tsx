import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder as placeholderText,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { languageExtension } from './language.ts'
import { editorTheme, highlightStyle } from './look.ts'
import type { CodeEditorProps, CodeFault } from './props.ts'

/** The editor itself. Tab leaves it, as it leaves any field; Ctrl-] indents. */
export default function CodeMirror({
  value,
  onChange,
  language,
  label,
  faults,
  placeholder,
  isReadOnly,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const told = useRef(onChange)
  const languageSlot = useRef(new Compartment())
  told.current = onChange

  // Made once; what changes later is dispatched below.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new editor would lose cursor and history
  useEffect(() => {
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          indentUnit.of('  '),
          lintGutter(),
          EditorView.lineWrapping,
          syntaxHighlighting(highlightStyle),
          editorTheme,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          languageSlot.current.of([]),
          EditorState.readOnly.of(isReadOnly ?? false),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          placeholder === undefined ? [] : placeholderText(placeholder),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current?.(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    let isCurrent = true
    void languageExtension(language).then((extension) => {
      if (isCurrent) view.current?.dispatch({ effects: languageSlot.current.reconfigure(extension) })
    })
    return () => {
      isCurrent = false
    }
  }, [language])

  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    editor.dispatch(
      setDiagnostics(
        editor.state,
        (faults ?? []).map((fault) => toDiagnostic(fault, editor)),
      ),
    )
  }, [faults])

  return <div ref={place} />
}

/** From the position to the end of its word, at least one character, so that there is something to underline. */
function toDiagnostic({ message, position }: CodeFault, { state }: EditorView): Diagnostic {
  const from = Math.min(position ?? 0, state.doc.length)
  const line = state.doc.lineAt(from)
  const word = /^\S+/.exec(line.text.slice(from - line.from))?.[0].length ?? 0
  const to = Math.min(state.doc.length, from + Math.max(1, word))
  return { from: from === to ? Math.max(line.from, from - 1) : from, to, severity: 'error', message }
}
