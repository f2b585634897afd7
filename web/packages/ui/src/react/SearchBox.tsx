import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useEffect, useRef, useState } from "react";

/** How long typing rests before a search begins. */
const REST_MS = 300;
/** As the server allows. */
const MAX_CHARS = 100;

interface SearchBoxProps {
  /** What is searched for now, as the address says. */
  value: string;
  label: string;
  onSearch: (text: string) => void;
}

/** A search field that searches by itself when typing rests; Enter searches at once. */
export function SearchBox({ value, label, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });

  // "Back" and "clear filters" change the value from outside.
  if (known !== value) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }

  useEffect(() => {
    if (text.trim() === value) return;
    const timer = window.setTimeout(() => search.current(text.trim()), REST_MS);
    return () => window.clearTimeout(timer);
  }, [text, value]);

  return (
    <Input
      type="search"
      role="searchbox"
      value={text}
      allowClear
      maxLength={MAX_CHARS}
      prefix={<SearchOutlined aria-hidden />}
      placeholder={label}
      aria-label={label}
      onChange={(event) => setText(event.target.value)}
      onPressEnter={() => search.current(text.trim())}
    />
  );
}
