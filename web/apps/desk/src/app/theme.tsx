import { useLanguage } from "@frontdesk/ui/react/language";
import { antdTheme } from "@frontdesk/ui/tokens/antd";
import type { Scheme } from "@frontdesk/ui/tokens/tokens";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";

/** What a person may choose: a scheme, or to follow the system. */
export const THEME_CHOICES = ["system", "light", "dark"] as const;

/** One of [THEME_CHOICES]. */
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** Where the choice is remembered. */
const THEME_KEY = "frontdesk.theme";

const LOCALES = { "zh-CN": zhCN, en: enUS } as const;

interface ThemeState {
  choice: ThemeChoice;
  setChoice: (choice: ThemeChoice) => void;
}

const ThemeContext = createContext<ThemeState | null>(null);

/** Light or dark, by the person's choice or the system's, for our tokens and for the component library. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const { language } = useLanguage();
  const [choice, setChoice] = useState(rememberedChoice);
  const system = useSystemScheme();
  const scheme = choice === "system" ? system : choice;

  useEffect(() => {
    const { dataset } = document.documentElement;
    if (choice === "system") delete dataset["theme"];
    else dataset["theme"] = choice;
  }, [choice]);

  const state = useMemo(
    () => ({
      choice,
      setChoice: (chosen: ThemeChoice) => {
        remember(chosen);
        setChoice(chosen);
      },
    }),
    [choice],
  );
  return (
    <ThemeContext value={state}>
      {/* Two-character Chinese buttons would be torn apart otherwise. */}
      <ConfigProvider theme={antdTheme(scheme)} locale={LOCALES[language]} button={{ autoInsertSpace: false }}>
        <App className="app-root">{children}</App>
      </ConfigProvider>
    </ThemeContext>
  );
}

/** The choice of light, dark or system, and the way to change it. */
export function useTheme(): ThemeState {
  const state = useContext(ThemeContext);
  if (state === null) throw new Error("useTheme needs a ThemeProvider above it");
  return state;
}

const systemIsDark = () => window.matchMedia("(prefers-color-scheme: dark)");

function useSystemScheme(): Scheme {
  const isDark = useSyncExternalStore(
    (changed) => {
      const query = systemIsDark();
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => systemIsDark().matches,
  );
  return isDark ? "dark" : "light";
}

function rememberedChoice(): ThemeChoice {
  try {
    const remembered = localStorage.getItem(THEME_KEY);
    return THEME_CHOICES.find((choice) => choice === remembered) ?? "system";
  } catch {
    // Storage is blocked: follow the system.
    return "system";
  }
}

function remember(choice: ThemeChoice): void {
  try {
    localStorage.setItem(THEME_KEY, choice);
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}
