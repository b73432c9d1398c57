import type { Json } from '../json.ts'
import type { ScheduleInput } from '../schedule/input.ts'
import type { FormName } from './forms.ts'

/**
 * One field of a document, as data: checks, schemas, forms and flags are made from it. `In` is its type as it is
 * written, `Kept` as the engine works on it.
 */
export type Field<In = unknown, Kept = In> = Shape & About & Typed<In, Kept>

/** Carries types only: no field has it. */
export interface Typed<In, Kept> {
  readonly types?: { in: In; kept: Kept }
}

/** What a field may hold. Lengths count UTF-16 units. */
export type Shape =
  | TextShape
  | NumberShape
  | { readonly kind: 'flag' }
  | ChoiceShape
  | ListShape
  | MapShape
  | MembersShape
  | EitherShape
  /** Any JSON value, or any JSON object. */
  | { readonly kind: 'json' | 'object' }
  /** The rule of a schedule, which `schedule/` reads. */
  | { readonly kind: 'rule' }

export interface TextShape {
  readonly kind: 'text'
  readonly least?: number
  readonly most: number
  readonly form?: FormName
  /** A form that is documented here, and checked elsewhere. */
  readonly pattern?: string
}

export interface NumberShape {
  readonly kind: 'number'
  readonly isWhole: boolean
  /** The least value is itself too little. */
  readonly isAbove?: boolean
  readonly least: number
  readonly most: number
}

export interface ChoiceShape {
  readonly kind: 'choice'
  readonly choices: readonly string[]
}

export interface ListShape {
  readonly kind: 'list'
  readonly items: Field
  readonly least?: number
  readonly most: number
}

export interface MapShape {
  readonly kind: 'map'
  readonly names: TextShape
  readonly values: TextShape
  readonly most?: number
}

export interface MembersShape {
  readonly kind: 'members'
  readonly members: Fields
  /** Members beside these are let through, for an executor to judge. */
  readonly isOpen: boolean
}

interface EitherShape {
  readonly kind: 'either'
  readonly of: readonly Field[]
}

export type Fields = Readonly<Record<string, Field>>

/** What else a row of the table says. */
export interface About {
  /** What a document that leaves the field out takes. Null also lets null be written. */
  readonly usual?: unknown
  readonly isRequired?: boolean
  /** The task types whose payload the field is part of. */
  readonly payloadOf?: readonly string[]
  /** Of an object: a change is laid over it member by member, instead of taking its place. */
  readonly isPolicy?: boolean
  /** Stands in what people read, even at its default. */
  readonly isAlwaysShown?: boolean
  /** For the API's documentation. */
  readonly about?: string
  readonly example?: Json
  /** Name of its schema in the API's documentation. */
  readonly schema?: string
  /** How the command line takes it, and what its help says: `--dir <path>`. */
  readonly flag?: string
  readonly help?: string
}

type OrNull<O> = O extends { usual: null } ? null : never

export function text<const O extends About & Pick<TextShape, 'least' | 'form' | 'pattern'> = object>(
  most: number,
  options?: O,
) {
  const shape = { kind: 'text', most, ...(options as O) } as const
  return shape as typeof shape & Typed<string | OrNull<O>, string | OrNull<O>>
}

/** An instant: text as it is written, epoch ms as it is kept. */
export function instant<const O extends About = object>(options?: O) {
  const shape = { kind: 'text', most: 40, form: 'instant', ...(options as O) } as const
  return shape as typeof shape & Typed<string | OrNull<O>, number | OrNull<O>>
}

/** Ends of a range, both included. */
type Range = readonly [least: number, most: number]

export function number<const O extends About & Pick<NumberShape, 'isAbove'> = object>(
  [least, most]: Range,
  options?: O,
) {
  const shape = { kind: 'number', isWhole: false, least, most, ...(options as O) } as const
  return shape as typeof shape & Typed<number | OrNull<O>, number | OrNull<O>>
}

export function whole<const O extends About = object>([least, most]: Range, options?: O) {
  const shape = { kind: 'number', isWhole: true, least, most, ...(options as O) } as const
  return shape as typeof shape & Typed<number | OrNull<O>, number | OrNull<O>>
}

export function flag<const O extends About = object>(options?: O) {
  const shape = { kind: 'flag', ...(options as O) } as const
  return shape as typeof shape & Typed<boolean, boolean>
}

export function choice<const C extends string, const O extends About = object>(choices: readonly C[], options?: O) {
  const shape = { kind: 'choice', choices, ...(options as O) } as const
  return shape as typeof shape & Typed<C, C>
}

export function list<F extends Field, const O extends About & Pick<ListShape, 'least'> = object>(
  items: F,
  most: number,
  options?: O,
) {
  const shape = { kind: 'list', items, most, ...(options as O) } as const
  return shape as typeof shape & Typed<InOf<F>[] | OrNull<O>, KeptOf<F>[] | OrNull<O>>
}

/** Names to texts. */
export function map<const O extends About = object>(shape: Omit<MapShape, 'kind'>, options?: O) {
  const made = { kind: 'map', ...shape, ...(options as O) } as const
  return made as typeof made & Typed<Record<string, string>, Record<string, string>>
}

/** An object of such members, each of which may be left out. */
export function members<const M extends Fields, const O extends About = object>(of: M, options?: O) {
  const shape = { kind: 'members', members: of, isOpen: false, ...(options as O) } as const
  return shape as typeof shape & Typed<MembersIn<M> | OrNull<O>, MembersKept<M> | OrNull<O>>
}

/** Such an object of which others know more: `T` is its type. */
export function openMembers<T>(of: Fields, options?: About) {
  const shape = { kind: 'members', members: of, isOpen: true, ...options } as const
  return shape as typeof shape & Typed<T, T>
}

export function either(...of: Field[]): Field<Json> {
  return { kind: 'either', of }
}

export function json(options?: About): Field<Json> {
  return { kind: 'json', ...options }
}

export function object<const O extends About = object>(options?: O) {
  const shape = { kind: 'object', ...(options as O) } as const
  return shape as typeof shape & Typed<Record<string, Json>, Record<string, Json>>
}

export function rule<const O extends About = object>(options?: O) {
  const shape = { kind: 'rule', ...(options as O) } as const
  return shape as typeof shape & Typed<ScheduleInput, ScheduleInput>
}

export type InOf<F> = F extends { types?: { in: infer In; kept: unknown } } ? In : never
export type KeptOf<F> = F extends { types?: { in: unknown; kept: infer Kept } } ? Kept : never

type RequiredKeys<M> = { [K in keyof M]: M[K] extends { isRequired: true } ? K : never }[keyof M]
type Flat<T> = { -readonly [K in keyof T]: T[K] }

/** The object as it is written. */
export type MembersIn<M> = Flat<
  { [K in RequiredKeys<M>]: InOf<M[K]> } & { [K in Exclude<keyof M, RequiredKeys<M>>]?: InOf<M[K]> }
>
/** The object with every default filled in. */
export type MembersKept<M> = { -readonly [K in keyof M]: KeptOf<M[K]> }
