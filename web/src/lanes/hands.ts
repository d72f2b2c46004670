/** Hands on a timeline: a wheel or two fingers zoom, a drag or a wheel turned sideways moves through time. */
import { panned, type Window, zoomed } from './window.ts';

interface Surface {
  readonly window: Window;
  /** Pixels. */
  readonly width: number;
  readonly now: number;
  /** Where the tracks begin, pixels of the viewport. */
  readonly left: number;
}

interface Hands {
  readonly read: () => Surface;
  readonly hold: (window: Window) => void;
}

/** Below this a press is a press; pixels. */
const SLIP = 5;

/** Answers how to stop. */
export function followHands(element: HTMLElement, { read, hold }: Hands): () => void {
  const fingers = new Map<number, { x: number; moved: boolean }>();

  function wheel(event: WheelEvent): void {
    const { window, width, now, left } = read();
    if (width === 0) return;
    const scale = (window.to - window.from) / width;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      // Browsers tell of two fingers on a trackpad as a wheel with Ctrl.
      const step = Math.min(100, Math.abs(event.deltaY)) * Math.sign(event.deltaY);
      hold(zoomed(window, Math.exp(step / 250), window.from + (event.clientX - left) * scale, now));
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
      hold(panned(window, sideways * scale, now));
    else return;
    event.preventDefault();
  }

  function press(event: PointerEvent): void {
    const isOnTracks = event.clientX >= read().left;
    const isBrush = event.target instanceof Element && event.target.closest('.axis') !== null;
    if (event.button !== 0 || !isOnTracks || (isBrush && event.pointerType === 'mouse')) return;
    fingers.set(event.pointerId, { x: event.clientX, moved: false });
  }

  function move(event: PointerEvent): void {
    const finger = fingers.get(event.pointerId);
    if (finger === undefined) return;
    if (event.pointerType === 'mouse' && event.buttons === 0) {
      fingers.delete(event.pointerId);
      return;
    }
    const by = event.clientX - finger.x;
    if (!finger.moved && Math.abs(by) < SLIP) return;
    if (!finger.moved) element.setPointerCapture(event.pointerId);
    const { window, width, now, left } = read();
    const scale = (window.to - window.from) / Math.max(1, width);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) hold(panned(window, -by * scale, now));
    else {
      const [before, after] = [Math.abs(finger.x - other.x), Math.abs(event.clientX - other.x)];
      hold(zoomed(window, Math.max(20, before) / Math.max(20, after), window.from + (other.x - left) * scale, now));
    }
    finger.x = event.clientX;
    finger.moved = true;
  }

  function release(event: PointerEvent): void {
    const finger = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    // What was dragged was not pressed.
    if (finger?.moved === true) element.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => element.removeEventListener('click', swallow, { capture: true }), 0);
  }

  const stops = new AbortController();
  const { signal } = stops;
  element.addEventListener('wheel', wheel, { passive: false, signal });
  element.addEventListener('pointerdown', press, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', release, { signal });
  element.addEventListener('pointercancel', release, { signal });
  return () => stops.abort();
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
