/** Where `@frontdesk/…` imports point: the packages' source, so that nothing has to be built in order. */
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

export const frontdeskAlias = [
  { find: /^@frontdesk\/([a-z-]+)$/, replacement: `${packages}/$1/src/index` },
  { find: /^@frontdesk\/([a-z-]+)\/(.+)$/, replacement: `${packages}/$1/src/$2` },
];
