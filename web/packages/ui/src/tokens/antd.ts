/** Ant Design's theme, made from the same tokens as the custom properties. */
import { theme, type ThemeConfig } from "antd";
import { FONT_FAMILY, FONT_MONO, FONT_SIZE, PALETTES, RADIUS, type Scheme } from "./tokens";

/** The theme for a colour scheme. */
export function antdTheme(scheme: Scheme): ThemeConfig {
  const palette = PALETTES[scheme];
  return {
    algorithm: scheme === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.primary,
      colorLink: palette.primary_text,
      colorInfo: palette.primary,
      colorError: palette.danger,
      colorErrorBg: palette.danger_soft,
      colorSuccess: palette.success_text,
      colorSuccessBg: palette.success_soft,
      colorWarning: palette.warning_text,
      colorWarningBg: palette.warning_soft,
      colorBgBase: palette.surface_raised,
      colorBgLayout: palette.surface,
      colorBgContainer: palette.surface_raised,
      colorBgElevated: palette.surface_raised,
      colorBorder: palette.border_strong,
      colorBorderSecondary: palette.border,
      colorText: palette.text,
      colorTextSecondary: palette.text_soft,
      colorTextTertiary: palette.text_faint,
      colorTextPlaceholder: palette.text_faint,
      colorTextDescription: palette.text_soft,
      borderRadius: RADIUS.m,
      borderRadiusSM: RADIUS.s,
      fontFamily: FONT_FAMILY,
      fontFamilyCode: FONT_MONO,
      fontSize: FONT_SIZE.m,
    },
    components: {
      Menu: {
        itemSelectedColor: palette.primary_text,
        itemSelectedBg: palette.primary_soft,
        horizontalItemSelectedColor: palette.primary_text,
      },
    },
  };
}
