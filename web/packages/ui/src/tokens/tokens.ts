/**
 * The one source of colour, spacing, type and motion for the desk and the visitor page.
 *
 * `tokens.css` is generated from here (a test compares it), `antd.ts` makes Ant Design's theme from the
 * same values. Components name a token, never a colour or a size.
 */

/** The two colour schemes. */
export type Scheme = "light" | "dark";

/** Colours that differ between light and dark. */
export interface Palette {
  /** The page behind everything. */
  readonly surface: string;
  /** Cards, bars, columns: one step nearer than the page. */
  readonly surface_raised: string;
  /** Wells: inputs at rest, code, the track of a bar. */
  readonly surface_sunken: string;
  /** What lies under the pointer. */
  readonly surface_hover: string;
  /** Lines between things. */
  readonly border: string;
  /** Edges of controls; at least 3:1 against the surface. */
  readonly border_strong: string;
  readonly text: string;
  /** Second-rank text: times, help. */
  readonly text_soft: string;
  /** Third-rank text: placeholders. Still AA. */
  readonly text_faint: string;
  /** Fill of what is mine to do. */
  readonly primary: string;
  readonly primary_hover: string;
  /** Text on `primary`. */
  readonly on_primary: string;
  /** The primary colour as text or link on a surface. */
  readonly primary_text: string;
  /** A tint: chosen rows, new sessions, own bubbles. */
  readonly primary_soft: string;
  /** Failure and overdue, nothing else. */
  readonly danger: string;
  readonly on_danger: string;
  readonly danger_text: string;
  readonly danger_soft: string;
  readonly success_text: string;
  readonly success_soft: string;
  readonly warning_text: string;
  readonly warning_soft: string;
  /** Status dots. */
  readonly status_free: string;
  readonly status_busy: string;
  readonly status_not_ready: string;
  readonly status_offline: string;
  readonly status_disconnected: string;
  /** The other side's bubble. */
  readonly bubble: string;
  /** The keyboard's focus ring. */
  readonly focus: string;
  /** Behind dialogs and the image viewer. */
  readonly scrim: string;
  readonly shadow_s: string;
  readonly shadow_m: string;
  readonly shadow_l: string;
}

/** Both palettes. */
export const PALETTES: Readonly<Record<Scheme, Palette>> = {
  light: {
    surface: "#f4f6f9",
    surface_raised: "#ffffff",
    surface_sunken: "#eaedf2",
    surface_hover: "#eef2f8",
    border: "#dde2ea",
    border_strong: "#848fa1",
    text: "#19202b",
    text_soft: "#515c6d",
    text_faint: "#636e80",
    primary: "#1f5fd6",
    primary_hover: "#184db3",
    on_primary: "#ffffff",
    primary_text: "#1a55c4",
    primary_soft: "#e3ecfd",
    danger: "#c62f2f",
    on_danger: "#ffffff",
    danger_text: "#b42525",
    danger_soft: "#fdeaea",
    success_text: "#14713f",
    success_soft: "#e2f5ea",
    warning_text: "#875000",
    warning_soft: "#fff2d9",
    status_free: "#22a55b",
    status_busy: "#d97706",
    status_not_ready: "#d64545",
    status_offline: "#8b95a5",
    status_disconnected: "#d97706",
    bubble: "#ffffff",
    focus: "#1f5fd6",
    scrim: "rgba(12, 17, 26, 0.56)",
    shadow_s: "0 1px 2px rgba(20, 30, 50, 0.08)",
    shadow_m: "0 4px 12px rgba(20, 30, 50, 0.12)",
    shadow_l: "0 12px 32px rgba(20, 30, 50, 0.18)",
  },
  dark: {
    surface: "#12151a",
    surface_raised: "#1b1f26",
    surface_sunken: "#0d1014",
    surface_hover: "#242a33",
    border: "#2d343f",
    border_strong: "#6f7a8b",
    text: "#e7ebf1",
    text_soft: "#aab3c1",
    text_faint: "#959fae",
    primary: "#2c6be0",
    primary_hover: "#2562d2",
    on_primary: "#ffffff",
    primary_text: "#86b0ff",
    primary_soft: "#1a2c4e",
    danger: "#cf3a3a",
    on_danger: "#ffffff",
    danger_text: "#ff8f8f",
    danger_soft: "#3d1c1f",
    success_text: "#62d394",
    success_soft: "#15311f",
    warning_text: "#f3b954",
    warning_soft: "#39290c",
    status_free: "#35c274",
    status_busy: "#f0a030",
    status_not_ready: "#f06a6a",
    status_offline: "#7d8797",
    status_disconnected: "#f0a030",
    bubble: "#252b34",
    focus: "#86b0ff",
    scrim: "rgba(0, 0, 0, 0.68)",
    shadow_s: "0 1px 2px rgba(0, 0, 0, 0.5)",
    shadow_m: "0 4px 12px rgba(0, 0, 0, 0.5)",
    shadow_l: "0 12px 32px rgba(0, 0, 0, 0.6)",
  },
};

/** Distances in CSS pixels, in steps of four. */
export const SPACE = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 20, 6: 24, 8: 32, 10: 40, 12: 48, 16: 64 } as const;

/** Corner radii in CSS pixels. */
export const RADIUS = { s: 4, m: 8, l: 16, full: 999 } as const;

/** Type sizes in CSS pixels at the browser's usual 16; written as `rem`, so they follow the reader's setting. */
export const FONT_SIZE = { xs: 12, s: 13, m: 14, l: 16, xl: 20, xxl: 24 } as const;

/** System fonts, Chinese included; nothing is fetched. */
export const FONT_FAMILY =
  'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif';

/** Fixed-width fonts, for keys and ids. */
export const FONT_MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';

/** Durations in milliseconds. */
export const MOTION = { fast: 120, medium: 200 } as const;
