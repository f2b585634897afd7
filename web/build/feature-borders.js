/**
 * ESLint rule: a feature owns its folder. What two features share goes down into a package, so
 * `features/a/…` never imports from `features/b/…`.
 */
import path from "node:path";

/** The feature that a file belongs to: the folder below `features/`. */
export function featureOf(/** @type {string} */ file) {
  return /\/features\/([^/]+)(?:\/|$)/.exec(file.replaceAll("\\", "/"))?.[1];
}

/** The feature that `source`, imported by `file`, crosses into; nothing when it stays at home. */
export function crossedInto(/** @type {string} */ file, /** @type {string} */ source) {
  const home = featureOf(file);
  const target = source.startsWith(".") ? path.posix.join(path.posix.dirname(file), source) : `/${source}`;
  const other = featureOf(target);
  return home && other && other !== home ? other : undefined;
}

/** @type {import("eslint").Rule.RuleModule} */
export const featureBorders = {
  meta: {
    type: "problem",
    schema: [],
    messages: { crossed: "Feature '{{other}}' is not ours: move what is shared into a package." },
  },
  create(context) {
    /** @param {import("estree").Node & { source?: import("estree").Expression | null }} node */
    const check = (node) => {
      if (node.source?.type !== "Literal") {
        return;
      }
      const other = crossedInto(context.filename, String(node.source.value));
      if (other) {
        context.report({ node, messageId: "crossed", data: { other } });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
