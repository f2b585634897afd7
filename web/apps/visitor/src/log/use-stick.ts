/** Scrolling of the conversation: at the end it stays at the end; elsewhere nothing moves under the reader's eyes. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** So near the end counts as the end, in CSS pixels. */
const NEAR_END = 48;

/** Ties a scrolling element to its content. `first` and `last` are the keys of the outermost lines. */
export function useStick(first: string | undefined, last: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const isStuck = useRef(true);
  const height = useRef(0);
  const [isAtEnd, setAtEnd] = useState(true);

  const toEnd = () => {
    const element = box.current;
    if (element === null) return;
    isStuck.current = true;
    element.scrollTop = element.scrollHeight;
    setAtEnd(true);
  };

  const scrolled = () => {
    const element = box.current;
    if (element === null) return;
    isStuck.current = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_END;
    setAtEnd(isStuck.current);
  };

  // Older lines came on top: what was on the screen stays where it was.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (isStuck.current) element.scrollTop = element.scrollHeight;
    else element.scrollTop += element.scrollHeight - height.current;
    height.current = element.scrollHeight;
  }, [first]);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (isStuck.current) element.scrollTop = element.scrollHeight;
    height.current = element.scrollHeight;
  }, [last]);

  // Pictures, a growing input and the phone's keyboard change the room.
  useEffect(() => {
    const [element, list] = [box.current, content.current];
    if (element === null || list === null) return;
    const observer = new ResizeObserver(() => {
      if (isStuck.current) element.scrollTop = element.scrollHeight;
      height.current = element.scrollHeight;
    });
    observer.observe(element);
    observer.observe(list);
    return () => observer.disconnect();
  }, []);

  return { box, content, isAtEnd, scrolled, toEnd };
}
