import { sampleMe } from "@frontdesk/live/testing/samples";
import { LanguageProvider } from "@frontdesk/ui/react/language";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { TodayFigures } from "./TodayFigures";

const NOW = Date.UTC(2026, 0, 5, 12);

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

function show(today: Partial<ReturnType<typeof sampleMe>["today"]>) {
  const figures = { ...sampleMe().today, ends_at: NOW + 3_600_000, ...today };
  return render(
    <LanguageProvider>
      <TodayFigures today={figures} />
    </LanguageProvider>,
  );
}

it("WORK-20: counts on while online, and stands still while not", () => {
  show({ online_ms: 60 * 60_000, online_since: NOW - 30 * 60_000 });
  expect(screen.getByRole("button", { name: /1 h 30 min online/ })).toBeTruthy();
  act(() => void vi.advanceTimersByTime(5 * 60_000));
  expect(screen.getByRole("button", { name: /1 h 35 min online/ })).toBeTruthy();
});

it("WORK-20: does not count while not online", () => {
  show({ online_ms: 60 * 60_000 });
  act(() => void vi.advanceTimersByTime(5 * 60_000));
  expect(screen.getByRole("button", { name: /1 h 0 min online/ })).toBeTruthy();
});

it("DATA-05: each figure stands beside what it means", () => {
  show({ taken: 7, ended: 5 });
  fireEvent.click(screen.getByRole("button", { name: /7 taken, 5 ended/ }));
  expect(screen.getByText("7")).toBeTruthy();
  expect(screen.getByText("5")).toBeTruthy();
  expect(screen.getByText(/that you serve now or served to their end/)).toBeTruthy();
  expect(screen.getByText(/whoever or whatever ended them/)).toBeTruthy();
  expect(screen.getByText(/any status but offline/)).toBeTruthy();
  expect(screen.getByText(/midnight in the contact centre's time zone/)).toBeTruthy();
});
