/** The launcher's and the panel's looks, inside a shadow tree: nothing of the page's styles comes in, none of ours gets out. */
export const STYLE = `
:host { all: initial; position: fixed; z-index: var(--frontdesk-z, 2147483000); inset: auto; }
:host, button { font: 500 15px/1.4 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button { border: 0; margin: 0; cursor: pointer; color: inherit; background: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
.launcher { position: fixed; bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 8px;
  height: 56px; min-width: 56px; padding: 0 16px; border-radius: 28px; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 4px 16px rgb(0 0 0 / 28%); }
.right .launcher, .right .panel { right: max(20px, env(safe-area-inset-right)); }
.left .launcher, .left .panel { left: max(20px, env(safe-area-inset-left)); }
svg { width: 24px; height: 24px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.text { max-width: 40vw; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #c5221f; color: #fff; font-size: 13px; line-height: 22px; text-align: center; }
.panel { position: fixed; bottom: calc(max(20px, env(safe-area-inset-bottom)) + 68px); width: 384px; height: min(640px, calc(100dvh - 112px));
  max-width: calc(100vw - 40px); border-radius: 12px; overflow: hidden; background: #fff; color: #1f2329;
  box-shadow: 0 8px 40px rgb(0 0 0 / 30%); visibility: hidden; opacity: 0; transform: translateY(8px);
  transition: opacity .15s, transform .15s, visibility 0s .15s; }
.open .panel { visibility: visible; opacity: 1; transform: none; transition-delay: 0s; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
.cover { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 12px;
  padding: 24px; background: inherit; text-align: center; }
.cover button { padding: 8px 20px; border-radius: 8px; background: var(--accent); color: var(--on-accent); }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 480px), (max-height: 480px) {
  .root .panel { inset: 0; width: auto; height: auto; max-width: none; border-radius: 0; }
  .there.open .launcher { visibility: hidden; }
}
@media (prefers-color-scheme: dark) { .panel { background: #17191d; color: #e6e8eb; } }
@media (prefers-reduced-motion: reduce) { .panel { transition: none; } }
@media print { :host { display: none !important; } }
`;
