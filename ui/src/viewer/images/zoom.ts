export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** How a picture lies in its frame: `scale` is 1 where it fits, the middle is moved by `x` and `y` pixels. */
export interface View extends Point {
  readonly scale: number;
}

export const FITTED: View = { scale: 1, x: 0, y: 0 };
/** Of the picture's own pixels to those of the screen. */
const LARGEST = 4;

/** How large a picture is drawn so that it fits into its frame; nothing small is blown up. */
export function fittedSize(picture: Size, frame: Size): Size {
  const ratio = Math.min(1, frame.width / picture.width, frame.height / picture.height);
  return Number.isFinite(ratio)
    ? { width: picture.width * ratio, height: picture.height * ratio }
    : { width: 0, height: 0 };
}

/** What it is when every pixel of the picture is one of the page's. */
export function naturalScale(picture: Size, fitted: Size): number {
  return fitted.width > 0 ? picture.width / fitted.width : 1;
}

/** Zooms so that what is under `point`, as seen from the middle of the frame, stays there. */
export function zoomedAt(view: View, factor: number, { point, natural }: { point: Point; natural: number }): View {
  const scale = Math.min(Math.max(view.scale * factor, 1), Math.max(natural * LARGEST, LARGEST));
  const ratio = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

/** No further than its edge at the edge of the frame; what is smaller than the frame stands in the middle. */
export function held({ scale, x, y }: View, fitted: Size, frame: Size): View {
  return {
    scale,
    x: within(x, (fitted.width * scale - frame.width) / 2),
    y: within(y, (fitted.height * scale - frame.height) / 2),
  };
}

function within(value: number, most: number): number {
  return most <= 0 ? 0 : Math.min(Math.max(value, -most), most);
}

/** A quarter turn swaps the sides. */
export function turned({ width, height }: Size, quarters: number): Size {
  return quarters % 2 === 0 ? { width, height } : { width: height, height: width };
}
