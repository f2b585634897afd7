import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

import { featureBorders } from "./build/feature-borders.js";

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", "packages/api-client/src/schema.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The generated client's methods and Ant Design's hooks are made to be taken apart.
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["apps/desk/**/*.{ts,tsx}", "packages/ui/src/react/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
  {
    files: ["apps/**/*.{ts,tsx}"],
    plugins: { frontdesk: { rules: { "feature-borders": featureBorders } } },
    rules: { "frontdesk/feature-borders": "error" },
  },
  {
    files: ["**/*.test.{ts,tsx}"],
    // A test reads untyped answers and hands half-made values to what it tests.
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  { files: ["**/*.js"], languageOptions: { globals: { process: "readonly" } } },
);
