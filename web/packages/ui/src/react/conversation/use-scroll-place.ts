import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";

/** So near to the end counts as at the end, in CSS pixels. */
const END_PX = 48;
/** So near to the top older lines are wanted, in CSS pixels. */
const TOP_PX = 120;

/** Where a conversation was left: pixels from its end; nothing for "at the end". */
const places = new Map<string, number>();

interface ScrollPlaceOptions {
  /** Which conversation. */
  id: string;
  /** Changes when lines come in front: the key of the first line. */
  firstKey: string | undefined;
  /** Changes when a line comes at the end. */
  lastKey: string | undefined;
  /** The last line was written here: show it wherever one was. */
  isLastOurs: boolean;
  onNearTop: () => void;
}

interface ScrollPlace {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  isAtEnd: boolean;
  /** Lines came while one read further up. */
  hasNew: boolean;
  toEnd: () => void;
}

/**
 * Keeps the place in a conversation: each has its own, lines in front do not move what one reads, and who is at the
 * end stays there while lines and pictures come.
 */
export function useScrollPlace({ id, firstKey, lastKey, isLastOurs, onNearTop }: ScrollPlaceOptions): ScrollPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const fromEnd = useRef(0);
  const [isAtEnd, setAtEnd] = useState(true);
  const [hasNew, setHasNew] = useState(false);

  const restore = useCallback(() => {
    const box = scroller.current;
    if (box !== null) box.scrollTop = box.scrollHeight - box.clientHeight - fromEnd.current;
  }, []);

  const toEnd = useCallback(() => {
    fromEnd.current = 0;
    places.set(id, 0);
    restore();
    setAtEnd(true);
    setHasNew(false);
  }, [id, restore]);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const distance = box.scrollHeight - box.clientHeight - box.scrollTop;
    const isEnd = distance <= END_PX;
    fromEnd.current = isEnd ? 0 : distance;
    places.set(id, fromEnd.current);
    setAtEnd(isEnd);
    if (isEnd) setHasNew(false);
    if (box.scrollTop <= TOP_PX && box.scrollHeight > box.clientHeight) onNearTop();
  }, [id, onNearTop]);

  useLayoutEffect(() => {
    fromEnd.current = places.get(id) ?? 0;
    setAtEnd(fromEnd.current === 0);
    setHasNew(false);
    restore();
  }, [id, restore]);

  // What comes in front leaves the distance from the end as it was.
  useLayoutEffect(restore, [firstKey, restore]);

  const known = useRef<{ id: string; lastKey: string | undefined; height: number }>({ id, lastKey, height: 0 });
  useLayoutEffect(() => {
    const box = scroller.current;
    const before = known.current;
    const height = box?.scrollHeight ?? 0;
    known.current = { id, lastKey, height };
    if (before.id !== id || before.lastKey === lastKey) return;
    if (isLastOurs || fromEnd.current === 0) {
      toEnd();
    } else {
      fromEnd.current += height - before.height;
      places.set(id, fromEnd.current);
      setHasNew(true);
    }
  }, [id, lastKey, isLastOurs, toEnd]);

  useEffect(() => {
    const grown = content.current;
    const box = scroller.current;
    if (grown === null || box === null) return;
    const observer = new ResizeObserver(() => {
      known.current.height = box.scrollHeight;
      if (fromEnd.current === 0) restore();
    });
    observer.observe(grown);
    observer.observe(box);
    return () => observer.disconnect();
  }, [id, restore]);

  return { scroller, content, onScroll, isAtEnd, hasNew, toEnd };
}
