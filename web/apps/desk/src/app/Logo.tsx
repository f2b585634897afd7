/** The mark and the name of the product. */
export function Logo() {
  return (
    <span className="logo">
      <svg viewBox="0 0 32 32" aria-hidden>
        <rect className="logo-plate" width="32" height="32" rx="8" />
        <path
          className="logo-bubble"
          d="M8 10.5A2.5 2.5 0 0 1 10.5 8h11A2.5 2.5 0 0 1 24 10.5v7a2.5 2.5 0 0 1-2.5 2.5H15l-4.5 4v-4A2.5 2.5 0 0 1 8 17.5z"
        />
        <path className="logo-lines" d="M12 12.5h8M12 15.8h5" />
      </svg>
      <span className="logo-name">Frontdesk</span>
    </span>
  );
}
