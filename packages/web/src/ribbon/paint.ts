import { type MarkColumns, SHAPE, within } from './columns.ts'
import { densityOf, MOST_SINGLE } from './density.ts'
import type { Palette } from './palette.ts'
import { type Stretch, toX } from './view.ts'

/** Everything that one frame shows. Lengths are CSS pixels. */
export interface Scene {
  columns: MarkColumns
  stretch: Stretch
  now: number
  palette: Palette
  /** Of the whole canvas. */
  width: number
  height: number
  /** Device pixels per CSS pixel. */
  ratio: number
  /** Where the lanes begin, how high each is, and the first that is on screen, whole or in part. */
  top: number
  laneHeight: number
  firstLane: number
  laneCount: number
  /** How far the first lane is scrolled out. */
  shift: number
  barHeight: number
  ticks: readonly { at: number; isDay: boolean; label: string }[]
  /** Opacity of what runs: it pulses. */
  pulse: number
  /** Index of the mark that is pointed at or stepped to. */
  chosen: number | null
}

const NARROWEST_BAR = 2

/** Draws a frame from nothing. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  context.setTransform(scene.ratio, 0, 0, scene.ratio, 0, 0)
  context.clearRect(0, 0, scene.width, scene.height)
  paintAxis(context, scene)
  context.save()
  context.beginPath()
  context.rect(0, scene.top, scene.width, scene.height - scene.top)
  context.clip()
  paintLanes(context, scene)
  const { first, behind } = within(scene.columns, scene.stretch)
  if (behind - first > MOST_SINGLE) paintDense(context, scene)
  else paintSingle(context, scene, first, behind)
  if (scene.chosen !== null) paintChosen(context, scene, scene.chosen)
  context.restore()
  paintNow(context, scene)
}

function paintAxis(context: CanvasRenderingContext2D, { ticks, stretch, width, height, palette, top }: Scene): void {
  context.font = palette.font
  context.textBaseline = 'middle'
  for (const { at, isDay, label } of ticks) {
    const x = Math.round(toX(at, stretch, width)) + 0.5
    context.strokeStyle = isDay ? palette.lineStrong : palette.line
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(x, top > 0 ? top - 5 : 0)
    context.lineTo(x, height)
    context.stroke()
    if (top === 0) continue
    context.fillStyle = palette.inkDim
    context.fillText(label, x + 4, top / 2)
  }
}

function paintLanes(context: CanvasRenderingContext2D, scene: Scene): void {
  const { laneCount, width, palette } = scene
  if (laneCount < 2) return
  context.fillStyle = palette.line
  for (let lane = 1; lane <= laneCount; lane++) {
    context.fillRect(0, Math.round(laneTop(scene, scene.firstLane + lane)) - 1, width, 1)
  }
}

function laneTop({ top, shift, laneHeight, firstLane }: Scene, lane: number): number {
  return top - shift + (lane - firstLane) * laneHeight
}

let scratch: HTMLCanvasElement | undefined

/**
 * One pixel row per lane, written as memory and stretched to the lane's height: what a frame costs depends on the
 * size of the canvas, not on how many marks there are, nor on how they alternate.
 */
function paintDense(context: CanvasRenderingContext2D, scene: Scene): void {
  const { columns, stretch, now, firstLane, laneCount, ratio, palette, barHeight, laneHeight } = scene
  const width = Math.round(scene.width * ratio)
  const { looks, shapes } = densityOf(columns, { stretch, width, firstLane, laneCount, now })
  scratch ??= document.createElement('canvas')
  scratch.width = width
  scratch.height = laneCount
  const rows = scratch.getContext('2d')
  if (rows === null) return
  const image = rows.createImageData(width, laneCount)
  const pixels = new Uint32Array(image.data.buffer)
  context.imageSmoothingEnabled = false
  for (const { isOfShape, bands } of DENSE) {
    for (let at = 0; at < looks.length; at++) {
      pixels[at] = isOfShape(shapes[at]!) ? palette.pixels[looks[at]!]! : 0
    }
    rows.putImageData(image, 0, 0)
    for (let lane = 0; lane < laneCount; lane++) {
      const y = laneTop(scene, firstLane + lane) + (laneHeight - barHeight) / 2
      for (const { top, height } of bands(barHeight)) {
        context.drawImage(scratch, 0, lane, width, 1, 0, y + top, scene.width, height)
      }
    }
  }
}

interface Band {
  top: number
  height: number
}

/** How each shape stands in a lane of dense marks: what ran fills it, what did not is hollow, what comes is low. */
const DENSE: readonly { isOfShape: (shape: number) => boolean; bands: (height: number) => Band[] }[] = [
  {
    isOfShape: (shape) => shape === SHAPE.bar || shape === SHAPE.wait,
    bands: (height) => [{ top: 0, height }],
  },
  {
    isOfShape: (shape) => shape === SHAPE.hollow,
    bands: (height) => [
      { top: 0, height: 2 },
      { top: height - 2, height: 2 },
    ],
  },
  { isOfShape: (shape) => shape === SHAPE.tick, bands: (height) => [{ top: height / 3, height: height / 3 }] },
]

function paintSingle(context: CanvasRenderingContext2D, scene: Scene, first: number, behind: number): void {
  const { lane, shape } = scene.columns
  for (let at = first; at < behind; at++) {
    const row = lane[at]! - scene.firstLane
    if (row < 0 || row >= scene.laneCount) continue
    const middle = laneTop(scene, lane[at]!) + scene.laneHeight / 2
    if (shape[at] === SHAPE.bar) paintBar(context, scene, at, middle)
    else if (shape[at] === SHAPE.hollow) paintHollow(context, scene, at, middle)
    else if (shape[at] === SHAPE.tick) paintTick(context, scene, at, middle)
    else paintWait(context, scene, at, middle)
  }
}

function paintBar(context: CanvasRenderingContext2D, scene: Scene, at: number, middle: number): void {
  const { columns, stretch, width, now, barHeight, palette } = scene
  const left = toX(columns.start[at]!, stretch, width)
  const right = toX(Math.min(columns.end[at]!, Math.max(now, columns.start[at]!)), stretch, width)
  const due = toX(columns.begin[at]!, stretch, width)
  if (left - due >= 1.5) {
    context.fillStyle = palette.late
    context.fillRect(due, middle - 0.5, left - due, 1)
    context.fillRect(due, middle - 3, 1, 6)
  }
  const isRunning = columns.end[at] === Number.POSITIVE_INFINITY
  context.globalAlpha = isRunning ? scene.pulse : 1
  context.fillStyle = palette.looks[columns.look[at]!]!
  const length = Math.max(NARROWEST_BAR, right - left)
  if (length > 6) {
    context.beginPath()
    context.roundRect(left, middle - barHeight / 2, length, barHeight, 2)
    context.fill()
  } else context.fillRect(left, middle - barHeight / 2, length, barHeight)
  context.globalAlpha = 1
}

/** Nothing ran: a diamond for what was missed, a ring for what was skipped. */
function paintHollow(context: CanvasRenderingContext2D, scene: Scene, at: number, middle: number): void {
  const { columns, stretch, width, palette, barHeight } = scene
  const x = toX(columns.begin[at]!, stretch, width)
  const radius = Math.min(5, barHeight / 2)
  context.strokeStyle = palette.looks[columns.look[at]!]!
  context.fillStyle = palette.ground
  context.lineWidth = 1.5
  context.beginPath()
  if (columns.marks[at]!.outcome === 'missed') {
    context.moveTo(x, middle - radius - 1)
    context.lineTo(x + radius + 1, middle)
    context.lineTo(x, middle + radius + 1)
    context.lineTo(x - radius - 1, middle)
    context.closePath()
  } else context.arc(x, middle, radius, 0, 2 * Math.PI)
  context.fill()
  context.stroke()
}

function paintTick(context: CanvasRenderingContext2D, scene: Scene, at: number, middle: number): void {
  const { columns, stretch, width, palette, barHeight } = scene
  context.fillStyle = palette.looks[columns.look[at]!]!
  const x = Math.round(toX(columns.begin[at]!, stretch, width))
  // What comes is a promise: it weighs less than what happened.
  const height = columns.shape[at] === SHAPE.tick ? barHeight * 0.6 : barHeight
  context.fillRect(x - 0.75, middle - height / 2, 1.5, height)
}

/** Waits behind a limit, or will: from its due instant on, hatched. */
function paintWait(context: CanvasRenderingContext2D, scene: Scene, at: number, middle: number): void {
  const { columns, stretch, width, now, palette, barHeight } = scene
  paintTick(context, scene, at, middle)
  const left = Math.max(0, toX(columns.begin[at]!, stretch, width))
  const until = columns.end[at] === Number.POSITIVE_INFINITY ? now : columns.end[at]!
  const right = Math.min(width, toX(until, stretch, width))
  if (right - left < 2) return
  context.save()
  context.beginPath()
  context.rect(left, middle - barHeight / 2, right - left, barHeight)
  context.clip()
  context.strokeStyle = palette.looks[columns.look[at]!]!
  context.lineWidth = 1
  context.beginPath()
  context.rect(left + 0.5, middle - barHeight / 2 + 0.5, right - left - 1, barHeight - 1)
  for (let x = left - barHeight; x < right; x += 4) {
    context.moveTo(x, middle + barHeight / 2)
    context.lineTo(x + barHeight, middle - barHeight / 2)
  }
  context.stroke()
  context.restore()
}

function paintChosen(context: CanvasRenderingContext2D, scene: Scene, at: number): void {
  const { columns, stretch, width, now, palette, barHeight } = scene
  const middle = laneTop(scene, columns.lane[at]!) + scene.laneHeight / 2
  const left = toX(columns.begin[at]!, stretch, width)
  const right = toX(Math.max(columns.begin[at]!, Math.min(columns.end[at]!, now)), stretch, width)
  context.strokeStyle = palette.focus
  context.lineWidth = 1.5
  context.beginPath()
  const reach = columns.shape[at] === SHAPE.hollow ? 8 : 3
  context.roundRect(left - reach, middle - barHeight / 2 - 3, right - left + 2 * reach, barHeight + 6, 4)
  context.stroke()
}

function paintNow(context: CanvasRenderingContext2D, { now, stretch, width, height, palette, top }: Scene): void {
  const x = toX(now, stretch, width)
  if (x < 0 || x > width) return
  context.fillStyle = palette.now
  context.fillRect(x - 0.75, top > 0 ? top - 6 : 0, 1.5, height)
  if (top === 0) return
  context.beginPath()
  context.moveTo(x - 4.5, top - 9)
  context.lineTo(x + 4.5, top - 9)
  context.lineTo(x, top - 2)
  context.closePath()
  context.fill()
}
