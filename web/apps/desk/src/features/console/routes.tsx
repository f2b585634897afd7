import type { RouteObject } from "react-router";

/** The console's pages, below `/console`; each is loaded when it is first opened. */
export const consoleRoutes: RouteObject = {
  path: "console",
  lazy: async () => ({ Component: (await import("./ConsoleLayout")).ConsoleLayout }),
  children: [
    { index: true, lazy: async () => ({ Component: (await import("./overview/OverviewPage")).OverviewPage }) },
    { path: "agents", lazy: async () => ({ Component: (await import("./agents/AgentsPage")).AgentsPage }) },
    {
      path: "skill-groups",
      lazy: async () => ({ Component: (await import("./skill-groups/SkillGroupsPage")).SkillGroupsPage }),
    },
    { path: "flows", lazy: async () => ({ Component: (await import("./flows/FlowsPage")).FlowsPage }) },
    {
      path: "flows/:id",
      lazy: async () => ({ Component: (await import("./flows/editor/FlowEditorPage")).FlowEditorPage }),
    },
    { path: "bots", lazy: async () => ({ Component: (await import("./bots/BotsPage")).BotsPage }) },
    {
      path: "flow-secrets",
      lazy: async () => ({ Component: (await import("./flow-secrets/FlowSecretsPage")).FlowSecretsPage }),
    },
    { path: "reception", lazy: async () => ({ Component: (await import("./reception/ReceptionPage")).ReceptionPage }) },
    {
      path: "rating-configs",
      lazy: async () => ({ Component: (await import("./rating-configs/RatingConfigsPage")).RatingConfigsPage }),
    },
    { path: "channels", lazy: async () => ({ Component: (await import("./channels/ChannelsPage")).ChannelsPage }) },
    {
      path: "mail-outbox",
      lazy: async () => ({ Component: (await import("./mail-outbox/MailOutboxPage")).MailOutboxPage }),
    },
  ],
};
