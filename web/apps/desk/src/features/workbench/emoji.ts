/** Emoji that one needs at work, the most used first. */
export const EMOJI = [
  ..."😀😁😂🤣😊😇🙂😉😍🥰😘😋😎🤔🤗🤩😅😐😴😮😢😭😤😠😱🥺😳🤒",
  ..."👍👎👌🙏👏💪🤝👋✌🫶❤💔🎉🎁🌹🌟🔥💯✅❌❓❗⏰📷📦🚚💰🧾📞📝",
] as const;
