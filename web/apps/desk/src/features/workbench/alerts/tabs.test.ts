import { describe, expect, it } from "vitest";

import { AlertTab } from "./tabs";
import { FakeLocks } from "./testing/fake-locks";

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** Tabs of one browser, opened one after the other. */
async function openTabs(...agents: string[]): Promise<AlertTab[]> {
  const locks = new FakeLocks();
  const tabs = agents.map((agent) => new AlertTab(agent, locks.manager()));
  for (const tab of tabs) tab.start();
  await settle();
  return tabs;
}

const chosen = (tabs: readonly AlertTab[]) => tabs.map((tab) => tab.isChosen);

describe("WORK-04: only one of an agent's tabs alerts", () => {
  it("the one used last does, however often it changes", async () => {
    const tabs = await openTabs("agt_1", "agt_1", "agt_1");
    expect(chosen(tabs)).toEqual([true, false, false]);
    for (const used of [1, 2, 1, 1, 0, 2]) {
      tabs[used]?.used();
      await settle();
      expect(chosen(tabs)).toEqual([0, 1, 2].map((index) => index === used));
    }
  });

  it("another one does when it is closed", async () => {
    const tabs = await openTabs("agt_1", "agt_1", "agt_1");
    tabs[2]?.used();
    await settle();
    tabs[2]?.stop();
    await settle();
    expect(chosen(tabs).filter(Boolean)).toHaveLength(1);
    expect(tabs[2]?.isChosen).toBe(false);
    tabs[1]?.stop();
    await settle();
    expect(chosen(tabs)).toEqual([true, false, false]);
  });

  it("tabs of another agent are nothing to it", async () => {
    const [one, other] = await openTabs("agt_1", "agt_2");
    one?.show("ses_1");
    await settle();
    expect([one?.isChosen, other?.isChosen]).toEqual([true, true]);
    expect(await other?.shown()).toEqual(new Set());
  });

  it("each knows what is on the screen in the others, until it is not", async () => {
    const [one, other] = await openTabs("agt_1", "agt_1");
    one?.show("ses_1");
    other?.show("ses_2");
    expect(await one?.shown()).toEqual(new Set(["ses_1", "ses_2"]));
    one?.show("ses_3");
    await settle();
    expect(await other?.shown()).toEqual(new Set(["ses_2", "ses_3"]));
    one?.stop();
    await settle();
    expect(await other?.shown()).toEqual(new Set(["ses_2"]));
  });

  it("without locks each alerts for itself", async () => {
    const tab = new AlertTab("agt_1", null);
    tab.start();
    tab.used();
    tab.show("ses_1");
    expect(tab.isChosen).toBe(true);
    expect(await tab.shown()).toEqual(new Set(["ses_1"]));
    tab.show(undefined);
    expect(await tab.shown()).toEqual(new Set());
  });
});
