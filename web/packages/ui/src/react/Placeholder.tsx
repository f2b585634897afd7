import "./placeholder.css";

interface PlaceholderProps {
  /** What is loading, for screen readers. */
  label: string;
  /** Length of each bar, in percent. */
  bars: readonly number[];
  /** A round mark before each bar, as in lists of people. */
  hasMark?: boolean;
}

/** Grey bars where text will be. */
export function Placeholder({ label, bars, hasMark = false }: PlaceholderProps) {
  return (
    <div className="placeholder" role="status" aria-label={label}>
      {bars.map((percent, index) => (
        <div key={index} className="placeholder-row" aria-hidden>
          {hasMark && <span className="placeholder-mark" />}
          <span className="placeholder-bar" style={{ width: `${percent}%` }} />
        </div>
      ))}
    </div>
  );
}
